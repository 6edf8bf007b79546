import { describe, expect, test } from "vitest";
import { LineRecord } from "../../../parsers/line-record.ts";
import { netfilterParser } from "../../../parsers/netfilter-parser.ts";
import {
  type KernelMessage,
  kernelLineBytesMax,
  writeKernelLine,
} from "../../../src/follow/messages/kernel-line.ts";
import { lineBytesMax } from "../../../src/model/limits.ts";

const packet =
  "calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 " +
  "PROTO=UDP SPT=1 DPT=2 LEN=40 ";
const time = 1_772_359_200_123_456;

function written(
  message: Partial<Omit<KernelMessage, "text">> & { readonly text: string },
): string {
  const into = Buffer.alloc(kernelLineBytesMax + 10, "?");
  const all = { writer: "kernel", time, uptime: 12_345_678_901, host: "n1", ...message } as const;
  const end = writeKernelLine({ ...all, text: Buffer.from(all.text, "latin1") }, into, 5);
  expect(into.toString("latin1", 0, 5)).toBe("?????");
  expect(into.toString("latin1", end)).toBe("?".repeat(into.length - end));
  return into.toString("latin1", 5, end);
}

/** What the grammar makes of the line. */
function resultOf(line: string): string {
  const bytes = Buffer.from(line, "latin1");
  return netfilterParser.parseNext(bytes, 0, bytes.length, new LineRecord());
}

describe("writeKernelLine()", () => {
  test.each<readonly [string, Parameters<typeof written>[0], string, string]>([
    [
      "a message of the kernel",
      { text: packet },
      `2026-03-01T10:00:00.123456+00:00 n1 kernel: [12345.678901] ${packet}\n`,
      "log",
    ],
    [
      "one without uptime",
      { text: packet, uptime: undefined },
      `2026-03-01T10:00:00.123456+00:00 n1 kernel: ${packet}\n`,
      "log",
    ],
    [
      "one of a process, which is suspect where it looks like the kernel's",
      { text: packet, writer: "process" },
      `2026-03-01T10:00:00.123456+00:00 n1 kmsg[0]: ${packet}\n`,
      "suspect",
    ],
    [
      "one of a process that writes the kernel's tag into it",
      { text: `kernel: ${packet}`, writer: "process" },
      `2026-03-01T10:00:00.123456+00:00 n1 kmsg[0]: kernel: ${packet}\n`,
      "suspect",
    ],
    [
      "what journald says is missing",
      { text: "Missed 7 kernel messages", writer: "journald" },
      "2026-03-01T10:00:00.123456+00:00 n1 systemd-journald: Missed 7 kernel messages\n",
      "loss-message",
    ],
    [
      "a second line within a message, which begins no line",
      { text: `x\n2026-03-01T10:00:00+00:00 n1 kernel: ${packet}\n` },
      "2026-03-01T10:00:00.123456+00:00 n1 kernel: [12345.678901] " +
        `x#0122026-03-01T10:00:00+00:00 n1 kernel: ${packet}\n`,
      "suspect",
    ],
    [
      "a host that is no name",
      { text: packet, host: "n1 kernel:\n\u00ff" },
      `2026-03-01T10:00:00.123456+00:00 n1?kernel:?? kernel: [12345.678901] ${packet}\n`,
      "log",
    ],
    [
      "a message without a host, of the first second after boot",
      { text: packet, host: "", uptime: 5 },
      `2026-03-01T10:00:00.123456+00:00 - kernel: [    0.000005] ${packet}\n`,
      "log",
    ],
  ])("%s", (_, message, line, result) => {
    expect(written(message)).toBe(line);
    expect(resultOf(line)).toBe(result);
  });

  test.each([
    [lineBytesMax - 59, false],
    [lineBytesMax - 58, true],
    [lineBytesMax + 100, true],
  ])("a message of %i bytes is too long: %s", (length, isTooLong) => {
    const line = written({ text: "x".repeat(length) });
    expect(line.length).toBe(isTooLong ? lineBytesMax + 2 : lineBytesMax + 1);
    expect(resultOf(line)).toBe(isTooLong ? "line-too-long" : "ordinary");
  });

  test("a message of nothing but line feeds stays within its bounds", () => {
    expect(written({ text: `${"\n".repeat(lineBytesMax)}x` }).length).toBe(lineBytesMax + 2);
  });
});
