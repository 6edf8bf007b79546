import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deniedPrefixDefaults, matchesGlob, verdictOf } from "../../src/model/verdict.ts";
import { runs } from "../long-run.ts";

describe("verdictOf() with the default prefixes", () => {
  test.each([
    ["calico-packet: ", "denied"],
    ["calico-packet:", "denied"],
    ["calico-packet", "denied"],
    ["calico-packet-default.deny: ", "denied"],
    ["calico-drop: ", "denied"],
    ["calico-drop LOGandDROP: ", "denied"],
    ["calico-packet-est: ", "allowed"],
    ["calico-packet-rst: ", "allowed"],
    ["calico-packet-icmp-err: ", "allowed"],
    ["calico-packet-est", "allowed"],
    ["calico-drop-rst: ", "allowed"],
    // Only the configured prefix itself has follow-ups: a policy may be called anything.
    ["calico-packet-my-est: ", "denied"],
    ["calico-packet-est-x: ", "denied"],
    ["calico-packet-rst-est: ", "denied"],
    ["x-est: ", "unknown"],
    ["Calico-Packet: ", "unknown"],
    [" calico-packet: ", "unknown"],
    ["[UFW BLOCK] ", "unknown"],
    ["[UFW ALLOW] ", "allowed"],
    ["FINAL_ACCEPT", "unknown"],
    ["accept: ", "allowed"],
    ["[UFW AUDIT] ", "audit"],
    ["audit: ", "audit"],
    ["DISALLOWED ", "unknown"],
    ["", "unknown"],
  ] as const)("%j is %s", (prefix, verdict) => {
    expect(verdictOf(prefix, deniedPrefixDefaults)).toBe(verdict);
  });
});

describe("verdictOf() with prefixes of one's own", () => {
  test.each([
    ["deny-all: ", ["deny-all"], "denied"],
    ["deny-all-2: ", ["deny-all"], "unknown"],
    ["deny-all-2: ", ["deny-all*"], "denied"],
    ["deny-all-est: ", ["deny-all"], "allowed"],
    ["deny-all-est: ", ["deny-all*"], "allowed"],
    ["deny-all-icmp-err: ", ["deny-all**"], "allowed"],
    ["[UFW BLOCK] ", ["[UFW BLOCK]"], "denied"],
    ["[UFW BLOCK] ", ["[UFW BLOCK] "], "denied"],
    ["UFW BLOCK ", ["[UFW BLOCK]"], "unknown"],
    ["calico-packet: ", ["deny-all"], "unknown"],
    ["calico-packet-est: ", ["deny-all"], "unknown"],
    ["default gnp deny-eve", ["default gnp *"], "denied"],
    ["[UFW ALLOW] ", ["*"], "denied"],
    ["-est: ", ["*"], "allowed"],
    ["calico-packet: ", [], "unknown"],
    ["a.b: ", ["a?b"], "denied"],
    ["a+b: ", ["a.b"], "unknown"],
  ] as const)("%j with %j is %s", (prefix, globs, verdict) => {
    expect(verdictOf(prefix, globs)).toBe(verdict);
  });
});

describe("matchesGlob()", () => {
  test.each([
    ["", "", true],
    ["", "*", true],
    ["", "?", false],
    ["a", "", false],
    ["abc", "abc", true],
    ["abc", "ab", false],
    ["ab", "abc", false],
    ["abc", "a*", true],
    ["abc", "*c", true],
    ["abc", "a*c", true],
    ["abc", "*b*", true],
    ["abc", "a?c", true],
    ["abc", "????", false],
    ["abc", "a**c", true],
    ["aXbXc", "a*X?", true],
    ["mississippi", "m*iss*ip*i", true],
    ["mississippi", "m*iss*ip*x", false],
    ["a*c", "a*c", true],
    ["[ab]", "[ab]", true],
    ["a", "[ab]", false],
    ["a.c", "a.c", true],
    ["abc", "a.c", false],
    ["\\", "\\", true],
  ])("%j matches %j: %s", (text, glob, expected) => {
    expect(matchesGlob(text, glob)).toBe(expected);
  });

  test("says what the same pattern as a RegExp says", () => {
    const unit = fc.constantFrom("a", "b", "*", "?", ".", "[");
    const glob = fc.string({ unit, maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", ".", "["), maxLength: 10 });
    fc.assert(
      fc.property(text, glob, (value, pattern) => {
        const source = pattern
          .replaceAll(/[.[]/g, "\\$&")
          .replaceAll("*", ".*")
          .replaceAll("?", ".");
        expect(matchesGlob(value, pattern)).toBe(new RegExp(`^${source}$`).test(value));
      }),
      { numRuns: runs(8000) },
    );
  });

  test("needs no more than quadratic time", () => {
    // A backtracking matcher would not come to an end.
    expect(matchesGlob("a".repeat(2000), `${"*a".repeat(200)}b`)).toBe(false);
  });
});
