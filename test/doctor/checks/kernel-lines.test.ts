import { describe, expect, test } from "vitest";
import { kernelLinesCheck } from "../../../src/doctor/checks/kernel-lines.ts";
import type { KernelRecord } from "../../../src/doctor/facts/buffered-records.ts";
import { systemUptime } from "../../../src/follow/messages/kernel-clock.ts";
import { MICROS_PER_SECOND } from "../../../src/model/time-unit.ts";
import { NodeFolder } from "../node-folder.ts";

const now = Date.now() * 1000;
/** What the kernel wrote so many seconds ago. */
const record = (
  secondsAgo: number,
  text = "calico-packet: IN=eth0 OUT= SRC=10.0.0.1",
): KernelRecord => ({
  uptime: Math.max(1, systemUptime() - secondsAgo * MICROS_PER_SECOND),
  text,
});
const lineOf = ({ uptime, text }: KernelRecord) =>
  `Nov 22 13:00:00 n1 kernel: [${(uptime / MICROS_PER_SECOND).toFixed(6)}] ${text}\n`;
const plain = "2026-06-01T12:00:00Z n1 cron[1]: x\n";

async function findings(log: string, records: readonly KernelRecord[], bornAt = 1) {
  using node = new NodeFolder({ "var/log/syslog": log });
  const evidence = await node.evidence({ files: ["/var/log/syslog"] }, now);
  const summary = (await evidence.log())!;
  return await kernelLinesCheck({
    ...evidence,
    log: async () => ({ ...summary, bornAt }),
    kernel: async () => ({ state: "seen", from: "/dev/kmsg", records }),
  });
}

describe("kernelLinesCheck()", () => {
  const [old, fresh, text] = [record(60), record(1), record(60, "eth0: link is up")];
  const ufw = record(50, "[UFW BLOCK] IN=eth0 OUT= SRC=10.0.0.1");

  test.for<[string, string, readonly KernelRecord[], string]>([
    ["the line is there", lineOf(old), [old], "ok"],
    ["one of the last is there", lineOf(record(60)) + lineOf(old), [record(70), old], "ok"],
    ["other lines of the kernel's are", lineOf(record(90)), [old], "problem"],
    ["no line of the kernel's is", plain, [old], "problem"],
    ["what was written just now is not", plain, [fresh], "ok"],
    ["the same text is, with another stamp", lineOf(record(99)), [old], "problem"],
    ["the text is, of a daemon that leaves stamps out", `n1 kernel: ${text.text}\n`, [text], "ok"],
    ["the kernel has written nothing", plain, [], "ok"],
    [
      "much was written just now",
      plain,
      [old, ...Array.from({ length: 9 }, () => fresh)],
      "problem",
    ],
    ["another firewall's lines have a file of their own", lineOf(text), [text, ufw], "ok"],
    ["the denial is not there, what came after it is", lineOf(text), [old, text], "problem"],
  ])("%s", async ([, log, records, level]) => {
    const [finding] = await findings(log, records);
    expect(finding?.level).toBe(level);
    if (level === "problem") expect(finding).toMatchObject({ name: "kernel-lines-missing" });
  });

  test("what was written before the file was made is not asked for", async () => {
    expect(await findings(plain, [old], now)).toMatchObject([{ level: "ok" }]);
  });

  test("says what would tell where the kernel's messages cannot be seen", async () => {
    using node = new NodeFolder({ "var/log/syslog": plain });
    const found = await kernelLinesCheck(await node.evidence({ files: ["/var/log/syslog"] }, now));
    expect(found).toMatchObject([{ level: "unknown" }]);
  });
});
