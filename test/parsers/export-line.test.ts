import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { textOf } from "../../parsers/shown.ts";

const message =
  "calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 " +
  "PROTO=UDP SPT=1 DPT=2 LEN=40 ";

/** What each line that is not ordinary says: result, microseconds, node, uptime, prefix. */
function read(content: string | Buffer, chunk = Number.POSITIVE_INFINITY): unknown[] {
  const bytes = Buffer.from(content);
  const record = new LineRecord();
  const found: unknown[] = [];
  for (let start = 0; start < bytes.length; ) {
    // Whole lines only, as the follower hands them over; each chunk in a buffer of its own.
    const from = Math.min(bytes.length, start + chunk);
    const lineEnd = bytes.indexOf(0x0a, from - 1);
    const part = Buffer.from(bytes.subarray(start, lineEnd < 0 ? bytes.length : lineEnd + 1));
    for (let at = 0; at < part.length; at = record.next) {
      const result = netfilterParser.parseNext(part, at, part.length, record);
      if (result !== "ordinary") found.push([result, ...saidBy(record)]);
    }
    part.fill(0x58);
    start += part.length;
  }
  return found;
}

function saidBy(record: LineRecord): unknown[] {
  const { text, stampSeconds, stampMicros, nodeStart, nodeEnd } = record;
  return [
    record.stamp === 0 ? undefined : stampSeconds * 1e6 + stampMicros,
    textOf(text, nodeStart, nodeEnd),
    record.uptimeSeconds,
    textOf(text, record.prefixStart, record.prefixEnd),
  ];
}

const head = [
  "__CURSOR=s=1;i=2",
  "__REALTIME_TIMESTAMP=1772359200123456",
  "__MONOTONIC_TIMESTAMP=999",
  "_BOOT_ID=0",
];
const fields = [
  "_TRANSPORT=kernel",
  "PRIORITY=5",
  "SYSLOG_IDENTIFIER=kernel",
  "_HOSTNAME=n1",
  "_SOURCE_MONOTONIC_TIMESTAMP=12345678901",
];
const all = ["log", 1_772_359_200_123_456, "n1", 12_345, "calico-packet: "];
const recordOf = (...lines: readonly string[]) => `${[...head, ...lines].join("\n")}\n\n`;

function binary(text: string): string {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  return `MESSAGE\n${length.toString("latin1")}${text}`;
}

describe("journalctl -o export", () => {
  test.each<readonly [string, string, readonly unknown[]]>([
    ["a record", recordOf(...fields, `MESSAGE=${message}`), [all]],
    ["fields behind the message", recordOf(...fields, `MESSAGE=${message}`, "_UID=0"), [all]],
    [
      "host and origin behind the message, which is too late",
      recordOf(`MESSAGE=${message}`, ...fields),
      [["log", 1_772_359_200_123_456, "", -1, "calico-packet: "]],
    ],
    [
      "records one after the other, of which the second says less",
      recordOf(...fields, `MESSAGE=${message}`) + recordOf(`MESSAGE=${message}`),
      [all, ["log", 1_772_359_200_123_456, "", -1, "calico-packet: "]],
    ],
    [
      "a record without an empty line before the next",
      `${recordOf(...fields, `MESSAGE=${message}`).trimEnd()}\n${recordOf(`MESSAGE=${message}`)}`,
      [all, ["log", 1_772_359_200_123_456, "", -1, "calico-packet: "]],
    ],
    ["a message without a record", `MESSAGE=${message}\n`, [["log", undefined, "", -1, all[4]]]],
    [
      "a field without a record",
      `_HOSTNAME=n1\nMESSAGE=${message}\n`,
      [["log", undefined, "", -1, all[4]]],
    ],
    ["the binary form", recordOf(...fields, binary(message)), [all]],
    [
      "the binary form with control characters",
      recordOf(...fields, binary(`a\tb: ${message}`)),
      [["log", 1_772_359_200_123_456, "n1", 12_345, "a\tb: calico-packet: "]],
    ],
    ["a length that is no length", recordOf(...fields, "MESSAGE", "abc"), []],
    [
      "a process that plays the kernel",
      recordOf("_TRANSPORT=syslog", "SYSLOG_IDENTIFIER=kernel", `MESSAGE=${message}`),
      [["suspect", 1_772_359_200_123_456, "", -1, "calico-packet: "]],
    ],
    [
      "journald's own",
      recordOf(
        "_TRANSPORT=driver",
        "SYSLOG_IDENTIFIER=systemd-journald",
        "MESSAGE=Missed 5 kernel messages",
      ),
      [["loss-message", 1_772_359_200_123_456, "", -1, ""]],
    ],
    [
      "an ordinary line among records, which has its own header",
      `${recordOf(...fields)}Mar  1 10:00:00 n2 kernel: ${message}\n`,
      [["log", 60 * 86_400e6 + 36_000e6, "n2", -1, "calico-packet: "]],
    ],
  ])("%s", (_, content, expected) => {
    expect(read(Buffer.from(content, "latin1"))).toEqual(expected);
  });

  test("reads the same whatever the chunks", () => {
    const lines = fc.constantFrom(
      ...head,
      ...fields,
      `MESSAGE=${message}`,
      binary(message),
      "",
      "x",
    );
    const content = fc.array(lines, { maxLength: 25 }).map((all) => `${all.join("\n")}\n`);
    fc.assert(
      fc.property(content, fc.integer({ min: 1, max: 200 }), (text, chunk) => {
        const bytes = Buffer.from(text, "latin1");
        expect(read(bytes, chunk)).toEqual(read(bytes));
      }),
    );
  });
});
