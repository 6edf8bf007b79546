import { describe, expect, test } from "vitest";
import { prefixCheck } from "../../../src/doctor/checks/prefix.ts";
import type { LogRules } from "../../../src/doctor/facts/log-rules.ts";
import type { RawSettings } from "../../../src/config/settings.ts";
import { NodeFolder } from "../node-folder.ts";

const listed = (prefixes: readonly string[]): LogRules => ({
  state: "listed",
  chains: [],
  rules: prefixes.map((prefix) => ({
    tool: "iptables",
    chain: "cali-pi-x",
    prefix,
    packets: 1,
    limit: undefined,
  })),
});
const hidden: LogRules = { state: "hidden", because: "x" };

/** What is found of LOG rules, and of a log whose lines have these prefixes. */
async function findingOf(rules: LogRules, logged: readonly string[], raw: RawSettings = {}) {
  const lines = logged.map(
    (prefix) =>
      `Jun  1 12:00:00 n1 kernel: ${prefix}IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 ` +
      "TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 \n",
  );
  using node = new NodeFolder({ syslog: lines.join("") });
  const evidence = await node.evidence({ files: ["/syslog"], ...raw });
  const [finding] = await prefixCheck({ ...evidence, rules: async () => rules });
  return finding;
}

const [ours, other, ufw] = ["calico-packet: ", "policy-drop: ", "[UFW BLOCK] "];

describe("prefixCheck()", () => {
  test.for<[LogRules, readonly string[], string | undefined]>([
    [listed([ours]), [], `prefixes that mean denied: "${ours}"`],
    [listed([]), [ours], `prefixes that mean denied: "${ours}"`],
    [hidden, [ours, other], `prefixes that mean denied: "${ours}"`],
    // Of several firewalls, ours is one.
    [listed([ours, other]), [other], `prefixes that mean denied: "${ours}"`],
    // The rules of another firewall do not tell what policies log with.
    [listed([ufw]), [ours], `prefixes that mean denied: "${ours}"`],
    [listed([ufw]), [ufw], undefined],
    [listed(["AUDIT: "]), [], undefined],
    [listed([]), [], undefined],
  ])("rules %j and lines %j are no trouble", async ([rules, logged, seen]) => {
    const finding = await findingOf(rules, logged);
    expect(finding).toEqual(
      seen === undefined ? undefined : { level: "ok", check: "prefix", seen },
    );
  });

  test.for<[LogRules, readonly string[], string]>([
    [listed([other]), [], "LOG rules"],
    // It was changed: the log still holds lines of before.
    [listed([other]), [ours], "LOG rules"],
    [listed([other, ufw]), [ours, ufw], "LOG rules"],
    [listed([]), [other], "lines"],
    [listed([ufw]), [other], "lines"],
    [hidden, [other], "lines"],
  ])("rules %j and lines %j are a mismatch of %s", async ([rules, logged, where]) => {
    const finding = await findingOf(rules, logged);
    expect(finding).toMatchObject({ level: "problem", name: "prefix-mismatch" });
    expect(finding?.seen).toMatch(new RegExp(`^${where} have the prefix "${other}", and`));
  });

  test("the settings that mend it keep what is denied now", async () => {
    const finding = await findingOf(listed([other]), [], { deniedPrefixes: ["old*"] });
    const mend = "mend" in finding! ? finding.mend.join("\n") : "";
    expect(mend).toContain(`'deniedPrefixes: ["policy-drop*", "old*"]'`);
  });

  test("what the settings take for a denial is none", async () => {
    const finding = await findingOf(listed([other]), [], { deniedPrefixes: ["policy-*"] });
    expect(finding).toMatchObject({ level: "ok" });
  });
});
