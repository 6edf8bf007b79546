import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { limitsCheck } from "../../../src/doctor/checks/limits.ts";
import type { Evidence } from "../../../src/doctor/evidence.ts";
import { MICROS_PER_DAY } from "../../../src/model/time-unit.ts";
import { NodeFolder } from "../node-folder.ts";

const stamp = "2026-06-01T12:00:00+00:00 n1";
const now = Date.UTC(2026, 5, 1, 13) * 1000;

async function findings(line: string, later = 0, more: Partial<Evidence> = {}) {
  using node = new NodeFolder();
  node.write("var/log/syslog", `${stamp} ${line}\n`);
  const evidence = await node.evidence({ files: ["/var/log/syslog"] }, now + later);
  return await limitsCheck({ ...evidence, ...more });
}

describe("limitsCheck()", () => {
  test.for<[string, string]>([
    ["rsyslogd: imklog: 12 messages lost due to rate-limiting (20000 allowed)", "ratelimit"],
    ["rsyslogd: imuxsock: 12 messages lost due to rate-limiting", "ratelimit"],
    ["rsyslogd-2177: imjournal: 12 messages lost due to rate-limiting", "Ratelimit.Interval"],
    ["systemd-journald[7]: Missed 12 kernel messages", "log_buf_len"],
    ["systemd-journald[7]: Forwarding to syslog missed 12 messages.", "imklog"],
    ["kernel: ** 12 printk messages dropped **", "log_buf_len"],
  ])("%s: mended at %s", async ([line, place]) => {
    const [finding] = await findings(line);
    expect(finding).toMatchObject({ level: "problem", name: "lines-dropped" });
    expect(finding?.seen).toContain("12 lines by 1 message, ");
    expect("mend" in finding! ? finding.mend.join(" ") : "").toContain(place);
  });

  test.for([
    "kernel: net_ratelimit: 12 callbacks suppressed",
    "systemd-journald[7]: Suppressed 12 messages from cron.service",
    "cron[1]: imklog: 12 messages lost due to rate-limiting",
  ])("%s: no loss of denials", async (line) => {
    expect(await findings(line)).toEqual([expect.objectContaining({ level: "ok" })]);
  });

  test("of one line it says so", async () => {
    const [finding] = await findings("kernel: ** 1 printk messages dropped **");
    expect(finding?.seen).toContain(": 1 line by 1 message, ");
  });

  test("what is longer ago than a day is a note", async () => {
    const line = "rsyslogd: imklog: 12 messages lost due to rate-limiting";
    expect(await findings(line, MICROS_PER_DAY)).toMatchObject([{ level: "note" }]);
  });

  test.for<[string, string]>([
    ["cali-pi-log-denied", "logActionRateLimit"],
    ["INPUT", "iptables-save"],
  ])("a limit in a rule of %s is mended at %s", async ([chain, place]) => {
    const rule = { tool: "iptables", prefix: "x: ", packets: 1, limit: "10/min" } as const;
    const listed = { state: "listed", chains: [chain], rules: [{ ...rule, chain }] } as const;
    const [finding] = await findings("cron[1]: x", 0, { rules: async () => listed });
    expect(finding).toMatchObject({ level: "note", name: "rule-limited" });
    expect("mend" in finding! ? finding.mend.join(" ") : "").toContain(place);
  });

  test.for<[string, string, string]>([
    [
      "imklog",
      'module(load="imklog" RatelimitInterval="5")',
      'module(load="imklog" RatelimitInterval="0")',
    ],
    [
      "imuxsock",
      'module(load="imuxsock" SysSock.RateLimit.Interval="5")',
      'module(load="imuxsock" SysSock.RateLimit.Interval="0")',
    ],
    [
      "imjournal",
      'module(load="imjournal"\n  StateFile="s")',
      'module(load="imjournal" Ratelimit.Interval="0"\n  StateFile="s")',
    ],
    [
      "imjournal",
      'module(load="imjournal" Ratelimit.Interval="600")',
      'module(load="imjournal" Ratelimit.Interval="0")',
    ],
    // The limit of another input is none of the journal's.
    [
      "imjournal",
      'module(load="imuxsock" SysSock.RateLimit.Interval="5")\nmodule(load="imjournal")',
      'module(load="imuxsock" SysSock.RateLimit.Interval="0")\n' +
        'module(load="imjournal" Ratelimit.Interval="0")',
    ],
    // Files of the older form.
    [
      "imuxsock",
      "$ModLoad imuxsock\n$SystemLogRateLimitInterval 5\n$SystemLogRateLimitBurst 50",
      "$ModLoad imuxsock\n$SystemLogRateLimitInterval 0\n$SystemLogRateLimitBurst 50",
    ],
    ["imuxsock", "  $IMUXSockRateLimitInterval\t15 # x", "  $IMUXSockRateLimitInterval\t0 # x"],
    [
      "imjournal",
      "$ModLoad imjournal # x\n$imjournalRatelimitInterval 600",
      "$ModLoad imjournal # x\n$imjournalRatelimitInterval 0",
    ],
    [
      "imjournal",
      "$SystemLogRateLimitInterval 5\n$ModLoad imjournal # x\n$WorkDirectory /tmp",
      "$SystemLogRateLimitInterval 0\n$ModLoad imjournal # x\n$imjournalRatelimitInterval 0\n" +
        "$WorkDirectory /tmp",
    ],
  ])("the commands take the limit of %s out of %s", async ([input, before, after]) => {
    const [finding] = await findings(`rsyslogd: ${input}: 12 messages lost due to rate-limiting`);
    using node = new NodeFolder({ "etc/rsyslog.conf": `${before}\n`, "etc/rsyslog.d/x.conf": "" });
    const commands = "mend" in finding! ? finding.mend : [];
    for (const command of commands.filter((each) => each.includes("sed"))) {
      const here = command.replaceAll("sudo ", "").replaceAll("/etc/", node.path("etc/"));
      execFileSync("sh", ["-c", here]);
    }
    expect(readFileSync(node.path("etc/rsyslog.conf"), "utf8")).toBe(`${after}\n`);
  });
});
