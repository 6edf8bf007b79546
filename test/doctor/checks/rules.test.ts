import { describe, expect, test } from "vitest";
import { rulesCheck } from "../../../src/doctor/checks/rules.ts";
import type { LogRule, LogRules } from "../../../src/doctor/facts/log-rules.ts";
import { NodeFolder } from "../node-folder.ts";

const rule = (more: Partial<LogRule> = {}): LogRule => ({
  tool: "iptables",
  chain: "cali-pi-x",
  prefix: "calico-packet: ",
  packets: 0,
  limit: undefined,
  ...more,
});
const listed = (rules: readonly LogRule[], chains: readonly string[] = []): LogRules => ({
  state: "listed",
  rules,
  chains,
});

const denial =
  "Jun  1 12:00:00 n1 kernel: calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 " +
  "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 \n";

/** A network namespace that is not the machine's first. */
const another = { "proc/sys/net/netfilter/nf_log/2": "nf_log_ipv4\n" };
const first = { ...another, "proc/sys/net/netfilter/nf_log_all_netns": "0\n" };
const pod = { "sys/class/net/cali0123456789a/x": "" };

async function finding(
  rules: LogRules,
  files: Readonly<Record<string, string>> = first,
  log = "n1 cron[1]: x\n",
) {
  using node = new NodeFolder({ ...files, syslog: log });
  const evidence = await node.evidence({ files: ["/syslog"] });
  const [found] = await rulesCheck({ ...evidence, rules: async () => rules });
  return found;
}

describe("rulesCheck()", () => {
  test.for<[string, LogRules, Readonly<Record<string, string>>, string, string | undefined]>([
    ["no rule on a node", listed([]), first, "problem", "no-log-rule"],
    ["no rule in the namespace of a pod", listed([]), another, "unknown", undefined],
    [
      "no rule in a node that is a container",
      listed([], ["KUBE-SERVICES"]),
      another,
      "problem",
      "no-log-rule",
    ],
    [
      "no rule beside interfaces of pods",
      listed([]),
      { ...another, ...pod },
      "problem",
      "no-log-rule",
    ],
    [
      "rules that no packet has reached",
      listed([rule(), rule()]),
      first,
      "problem",
      "rules-not-reached",
    ],
    ["rules that do not count", listed([rule({ packets: undefined })]), first, "ok", undefined],
    ["rules that may not be seen", { state: "hidden", because: "x" }, first, "unknown", undefined],
  ])("%s", async ([, rules, files, level, name]) => {
    const found = await finding(rules, files);
    expect(found).toMatchObject({ level, ...(name === undefined ? {} : { name }) });
  });

  test.for<[readonly LogRule[], string]>([
    [[rule()], "no packet has reached the only LOG rule (cali-pi-x)"],
    [[rule(), rule()], "no packet has reached any of 2 LOG rules (cali-pi-x)"],
    [[rule({ packets: undefined })], "1 LOG rule, 1 without a counter"],
    [[rule({ packets: undefined }), rule()], "2 LOG rules, 1 without a counter"],
  ])("%#: one is one, more are more: %s", async ([rules, seen]) => {
    expect((await finding(listed(rules)))?.seen).toBe(seen);
  });

  test("counters at zero are worth a note where denials were seen", async () => {
    expect(await finding(listed([rule()]), first, denial)).toMatchObject({ level: "note" });
  });

  test("rules whose prefix means nothing are the subject of another check", async () => {
    expect(await finding(listed([rule({ prefix: "other: " })]))).toBeUndefined();
  });
});
