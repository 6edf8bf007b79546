import { describe, expect, test } from "vitest";
import {
  plainPrefix,
  prefixJudge,
  type PrefixMeaning,
  type PrefixSettings,
} from "../../src/model/prefix-meaning.ts";
import { deniedPrefixDefaults, verdictOf } from "../../src/model/verdict.ts";

const defaults: PrefixSettings = { deniedPrefixes: deniedPrefixDefaults };

/** What a prefix means, in a word for what it says besides its verdict. */
function meaningOf(settings: Partial<PrefixSettings>, prefix: string): string {
  const {
    verdict,
    followUp,
    policy = "",
    policyCut,
  } = prefixJudge({ ...defaults, ...settings })(prefix);
  return [verdict, followUp ?? policy, policyCut === true ? "cut" : ""].join(" ").trimEnd();
}

describe("prefixJudge() without a template", () => {
  test.each([
    ["calico-packet: ", "denied"],
    ["calico-packet-est: ", "allowed established"],
    ["calico-packet-rst: ", "allowed reset"],
    ["calico-packet-icmp-err: ", "allowed icmpError"],
    ["calico-packet-est:", "allowed established"],
    ["calico-drop-rst: ", "allowed reset"],
    // What Calico 3.33 writes where nobody has set another prefix.
    ["calico-response-est: ", "allowed established"],
    ["calico-response-icmp-err: ", "allowed icmpError"],
    ["calico-response: ", "unknown"],
    ["calico-response-my-est: ", "unknown"],
    ["calico-packet foo-est: ", "denied"],
    ["calico-packet-foo-est: ", "denied"],
    ["[UFW BLOCK] ", "unknown"],
    ["[UFW ALLOW] ", "allowed"],
    ["[UFW AUDIT] ", "audit"],
    ["", "unknown"],
  ])("%j is %s", (prefix, expected) => {
    expect(meaningOf({}, prefix)).toBe(expected);
    expect(meaningOf({}, prefix).split(" ")[0]).toBe(
      prefix.startsWith("calico-response-") && expected.startsWith("allowed")
        ? "allowed"
        : verdictOf(prefix, deniedPrefixDefaults),
    );
  });
});

describe("prefixJudge() with a template", () => {
  test.each<[template: string, prefix: string, expected: string]>([
    ["calico-packet %n", "calico-packet foo: ", "denied foo"],
    ["calico-packet %n", "calico-packet foo-est: ", "denied foo-est"],
    ["calico-packet %n", "calico-packet foo-icmp-err: ", "denied foo-icmp-err"],
    ["calico-packet %n", "calico-packet-est: ", "allowed established"],
    ["calico-packet %n", "calico-packet -est: ", "allowed established"],
    ["calico-packet %n", "calico-response-rst: ", "allowed reset"],
    ["calico-packet %n", "calico-drop: ", "denied"],
    ["calico-packet %n", "calico-drop-rst: ", "allowed reset"],
    ["calico-%n", "calico-response-est: ", "allowed established"],
    ["calico-%n", "calico-packet-est: ", "denied packet-est"],
    ["%t %k %n", "default gnp deny: ", "denied deny"],
    ["%t %k %n", "-est: ", "allowed established"],
    ["%t %k %n", "calico-packet: ", "denied"],
    ["%t %k %n", "[UFW BLOCK] ", "unknown"],
    ["%t %k %p", "default knp payments/deny-eve", "denied payments/deny-eve cut"],
    ["aXy9%n%%t %k %p", "aXy9ep2-4%default gnp ep2-4: ", "denied ep2-4"],
    ["aXy9%n%%t %k %p", "aXy9%-icmp-err: ", "allowed icmpError"],
    ["aXy9%n%%t %k %p", "aXy9%: ", "denied"],
    ["aXy9%n%%t %k %p", "aXy9-est: ", "unknown"],
    // Of a long prefix, the suffix is what Felix keeps.
    ["a-prefix-of-thirty-characters %n", "a-prefix-of-thirty-char-est: ", "allowed established"],
    ["a-prefix-of-thirty-characters %n", "a-prefix-of-thirty-cha-est: ", "unknown"],
    ["a-prefix-of-thirty-characters %n", "a-prefix-of-thirty-characters", "denied"],
  ])("%j: %j is %s", (prefixTemplate, prefix, expected) => {
    expect(meaningOf({ prefixTemplate }, prefix)).toBe(expected);
  });

  test.each([
    ["answer", "answer-est: ", "allowed established"],
    ["answer", "calico-response-est: ", "unknown"],
    ["calico-packet-x", "calico-packet-x-rst: ", "allowed reset"],
  ])("follow-ups under the prefix %j: %j is %s", (followUpPrefix, prefix, expected) => {
    expect(meaningOf({ followUpPrefix }, prefix)).toBe(expected);
  });

  test("gives every field", () => {
    const judge = prefixJudge({ ...defaults, prefixTemplate: "%t %k %p" });
    expect(judge("default knp a/b: ")).toEqual<PrefixMeaning>({
      verdict: "denied",
      tier: "default",
      kind: "knp",
      policy: "a/b",
      isCut: false,
      policyCut: false,
    });
    expect(judge(" pro kns.a: ")).toMatchObject({ tier: "", kind: "pro", policy: "kns.a" });
  });
});

describe("plainPrefix()", () => {
  test.each([
    [undefined, deniedPrefixDefaults, "calico-packet: "],
    ["calico-packet %t %k %n", deniedPrefixDefaults, "calico-packet: "],
    ["aXy9%n%%t %k %p", deniedPrefixDefaults, "aXy9%: "],
    ["%t %k %n", deniedPrefixDefaults, "calico-packet: "],
    [undefined, ["deny-*"], "deny-: "],
    [undefined, ["*"], ": "],
  ])("of %j and %j is %j, which is denied", (prefixTemplate, deniedPrefixes, expected) => {
    const settings = { deniedPrefixes, prefixTemplate };
    expect(plainPrefix(settings)).toBe(expected);
    expect(prefixJudge(settings)(expected)).toEqual({ verdict: "denied" });
  });
});
