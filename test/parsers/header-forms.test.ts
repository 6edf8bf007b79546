import { describe, expect, test } from "vitest";
import { fieldsLike, readLine } from "./read-line.ts";

const packet =
  "IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP " +
  "SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 ";

/** What a header says: its time, undefined where the file's stands in; node; uptime; caller. */
type Says = readonly [string | undefined, string | undefined, number | undefined, string?];

function saidBy(line: string | Buffer): Says & { prefix?: string } {
  const asked = { time: 1, timeInferred: 1, node: 1, uptime: 1, caller: 1, prefix: 1, dstPort: 1 };
  const { time, timeInferred, node, uptime, caller, prefix, dstPort } = fieldsLike(line, asked);
  expect([prefix, dstPort]).toEqual(["calico-packet: ", 2]);
  const said = [timeInferred === true ? undefined : time, node, uptime];
  return [...said, ...(caller === undefined ? [] : [caller])] as unknown as Says;
}

const T = "2026-03-01T10:00:00Z";
const T6 = "2026-03-01T10:00:00.123456Z";
const iso = "2026-03-01T10:00:00.123456+00:00";

describe("readHeader() reads", () => {
  test.each<readonly [string, string, Says]>([
    [
      "syslog-ng with ISODATE",
      "2026-03-01T10:00:00+00:00 n1 kernel: [123.000456] ",
      [T, "n1", 123.000456],
    ],
    ["a stamp without a zone", "2026-03-01T10:00:00 n1 kernel: ", [T, "n1", undefined]],
    ["journalctl -o short-full", "Sun 2026-03-01 10:00:00 UTC n1 kernel: ", [T, "n1", undefined]],
    ["a zone's abbreviation", "Sun 2026-03-01 10:00:00 CET n1 kernel: ", [T, "n1", undefined]],
    ["a zone without a name", "Sun 2026-03-01 10:00:00 +0530 n1 kernel: ", [T, "n1", undefined]],
    ["short-iso-precise", "2026-03-01T10:00:00.123456+0000 n1 kernel: ", [T6, "n1", undefined]],
    ["short-unix", "1772359200.123456 n1 kernel: ", [T6, "n1", undefined]],
    ["short-monotonic", "[12345.678901] n1 kernel: ", [undefined, "n1", 12345.678901]],
    ["short, in Russian", "июл 20 07:34:26 n1 kernel: ", [undefined, "n1", undefined]],
    ["short, in French", "juil. 20 07:34:26 n1 kernel: ", [undefined, "n1", undefined]],
    ["dmesg -T", "[Tue Dec 29 11:59:54 2015] ", ["2015-12-29T11:59:54Z", undefined, undefined]],
    [
      "dmesg -T, day of one digit",
      "[Tue Dec  1 11:59:54 2015] ",
      ["2015-12-01T11:59:54Z", undefined, undefined],
    ],
    ["dmesg -x", "kern  :notice: [ 2690.678077] ", [undefined, undefined, 2690.678077]],
    [
      "dmesg -xT",
      "kern  :warn  : [Tue Dec 29 11:59:54 2015] ",
      ["2015-12-29T11:59:54Z", undefined, undefined],
    ],
    ["dmesg -r", "<5>[ 2690.678077] ", [undefined, undefined, 2690.678077]],
    ["dmesg --time-format iso", "2026-03-01T10:00:00,123456+00:00 ", [T6, undefined, undefined]],
    [
      "OpenWrt's logread",
      "Sun Mar  1 10:00:00 2026 kern.warn kernel: [  12.345678] ",
      [T, undefined, 12.345678],
    ],
    ["/dev/kmsg", "5,1234,5678901,-;", [undefined, undefined, 5.678901]],
    ["/dev/kmsg with a caller", "5,1234,5678901,-,caller=T12;", [undefined, undefined, 5.678901]],
    [
      "CRI",
      `${iso.replace("123456+00:00", "123456789Z")} stdout F Mar  1 10:00:00 n1 kernel: `,
      [T, "n1", undefined],
    ],
    ["CRI, part of a line", `${T} stderr P ${iso} n1 kernel: `, [T6, "n1", undefined]],
    ["CRI around a bare message", `${T6} stdout F `, [T6, undefined, undefined]],
    ["multilog", "2026-03-01 10:00:00.123456789 <4>", [T6, undefined, undefined]],
    [
      "multilog around a header",
      "2026-03-01 10:00:01.5 n1 kernel: ",
      ["2026-03-01T10:00:01.5Z", "n1", undefined],
    ],
    [
      "facility and severity in front",
      "kern.info: Mar  1 10:00:00 n1 kernel: ",
      [T, "n1", undefined],
    ],
    [
      "facility and severity before the tag",
      "Mar  1 10:00:00 n1 user.info kernel: ",
      [T, "n1", undefined],
    ],
    [
      "a file's name for a tag",
      "Mar  1 10:00:00 n1 kern.log [852791.892864] ",
      [T, "n1", 852791.892864],
    ],
    ["grep", "/var/log/syslog:Mar  1 10:00:00 n1 kernel: ", [T, "n1", undefined]],
    ["grep -n", `/var/log/syslog.1:1234:${iso} n1 kernel: `, [T6, "n1", undefined]],
    ["grep -C", `syslog-2026-02-28-${iso} n1 kernel: `, [T6, "n1", undefined]],
    ["grep of dmesg", "dmesg.0:[ 2690.678077] ", [undefined, undefined, 2690.678077]],
    ["RFC 5424 without a host", `<5>1 ${iso} - kernel - - - `, [T6, undefined, undefined]],
    [
      "RFC 5424 with structured data",
      `<5>1 ${iso} n1 kernel - - [a b="]\\""][c d="e"] `,
      [T6, "n1", undefined],
    ],
    ["RFC 5424 with a BOM", `<5>1 ${iso} n1 kernel - - - \u{feff}`, [T6, "n1", undefined]],
    ["RFC 5424 without a stamp", "<5>1 - n1 kernel - - - ", [undefined, "n1", undefined]],
    [
      "an envelope of RFC 5424",
      `<14>1 ${T} - - - - - \u{feff}${iso} n1 kernel: [1.000000] `,
      [T6, "n1", 1],
    ],
    [
      "an envelope of a relay",
      `<14>Mar  1 09:00:00 relay vector[12]: <5>Mar  1 10:00:00 n1 kernel: `,
      [T, "n1", undefined],
    ],
    [
      "an envelope of a relay without a number",
      `Mar  1 09:00:00 relay vector: ${iso} n1 kernel: `,
      [T6, "n1", undefined],
    ],
    [
      "three headers",
      `${T} stdout F <14>1 ${T} - - - - - ${iso} n1 kernel: `,
      [T6, "n1", undefined],
    ],
    ["ulogd's tag", "Mar  1 10:00:00 n1 ulogd[12]: ", [T, "n1", undefined]],
    ["a BOM at the start", `\u{feff}${iso} n1 kernel: `, [T6, "n1", undefined]],
    [
      "the caller of printk",
      "Mar  1 10:00:00 n1 kernel: [  123.456789][    C3] ",
      [T, "n1", 123.456789, "C3"],
    ],
  ])("%s", (_, header, expected) => {
    expect(saidBy(`${header}calico-packet: ${packet}`)).toEqual(expected);
  });

  const message = `calico-packet: ${packet}`;
  const json = (fields: object) => JSON.stringify(fields);
  const record = {
    __REALTIME_TIMESTAMP: "1772359200123456",
    _HOSTNAME: "n1",
    _TRANSPORT: "kernel",
    _SOURCE_MONOTONIC_TIMESTAMP: "12345678901",
  };
  const all: Says = [T6, "n1", 12345.678901];
  test.each<readonly [string, string, Says]>([
    ["journalctl -o json", json({ ...record, MESSAGE: message }), all],
    ["the message first", json({ MESSAGE: message, ...record }), all],
    ["a message of bytes", json({ MESSAGE: [...Buffer.from(message)], ...record }), all],
    [
      "spaces, as jq writes them",
      JSON.stringify({ MESSAGE: message, ...record }, null, 1).replaceAll("\n", " "),
      all,
    ],
    ["escapes of letters", json({ ...record, MESSAGE: message }).replaceAll("=", "\\u003d"), all],
    [
      "objects and arrays around",
      json({ a: { MESSAGE: "}" }, b: ['"]'], ...record, MESSAGE: message }),
      all,
    ],
    ["neither time nor host", json({ MESSAGE: message }), [undefined, undefined, undefined]],
    [
      "Docker's json-file",
      json({
        log: `Mar  1 10:00:00 n1 kernel: ${message}\n`,
        stream: "stdout",
        time: "2026-01-01T00:00:00Z",
      }),
      [T, "n1", undefined],
    ],
    [
      "Docker around a bare message",
      json({ log: `${message}\r\n`, stream: "stdout", time: T6 }),
      [T6, undefined, undefined],
    ],
    [
      "a line cut in its last field",
      json({ MESSAGE: message, ...record }).slice(0, -10),
      [T6, "n1", undefined],
    ],
  ])("JSON: %s", (_, line, expected) => {
    expect(saidBy(line)).toEqual(expected);
  });

  test.each([
    ["ordinary", json({ ...record, MESSAGE: null })],
    ["ordinary", json({ ...record })],
    ["unknown-token", json({ message })],
    ["ordinary", "{"],
    ["ordinary", '{"MESSAGE"'],
    ["ordinary", '{"MESSAGE":"\\'],
    ["ordinary", '{"MESSAGE":"\\u00'],
    ["ordinary", '{"MESSAGE":[[[['],
    ["cut-short", `{"MESSAGE":"${message.slice(0, 50)}`],
    [
      "suspect",
      json({ ...record, _TRANSPORT: "syslog", SYSLOG_IDENTIFIER: "kernel", MESSAGE: message }),
    ],
    ["suspect", json({ ...record, _TRANSPORT: "stdout", MESSAGE: message })],
    ["suspect", json({ MESSAGE: `user text\nNov 22 14:28:43 n1 kernel: ${message}` })],
    [
      "log",
      json({ ...record, _TRANSPORT: "syslog", SYSLOG_IDENTIFIER: "ulogd", MESSAGE: message }),
    ],
  ] as const)("JSON: a line that is %s", (result, line) => {
    expect(readLine(line).result).toBe(result);
  });
});

describe("a prefix is shown as somebody wrote it", () => {
  const behind = (prefix: string | Buffer) =>
    Buffer.concat([
      Buffer.from("Mar  1 10:00:00 n1 kernel: "),
      Buffer.from(prefix),
      Buffer.from(packet),
    ]);
  test.each<readonly [string, string | Buffer, string]>([
    ["emoji, as rsyslog escapes it", "#360#237#233#221 x: ", "🛑 x: "],
    ["emoji", "🛑 x: ", "🛑 x: "],
    ["a tab", "a#011b: ", "a\tb: "],
    ["NUL", "a\0b: ", "a\0b: "],
    ["DEL", "a#177b: ", "a\x7fb: "],
    ["printable characters, which nobody escapes", "#101#040#176: ", "#101#040#176: "],
    ["no octal digits", "#389 #38 ##01: ", "#389 #38 ##01: "],
    ["an escape that is cut", "a#01", "a#01"],
    ["no UTF-8", Buffer.from([0x61, 0xff, 0x3a, 0x20]), "a\u{fffd}: "],
    ["no UTF-8, escaped", "a#377: ", "a\u{fffd}: "],
    ["hex escapes, which rsyslog does not write", "a\\xe9: ", "a\\xe9: "],
    ["29 bytes", "default knp payments/deny-eve", "default knp payments/deny-eve"],
    ["127 bytes", "p".repeat(127), "p".repeat(127)],
  ])("%s", (_, prefix, shown) => {
    expect(fieldsLike(behind(prefix), { prefix: "" })).toEqual({ prefix: shown });
  });

  test("/dev/kmsg escapes in hex", () => {
    const line = `6,1,2,-;caf\\xc3\\xa9 \\x41\\x5c: ${packet}`;
    expect(fieldsLike(line, { prefix: "" })).toEqual({ prefix: "café \\x41\\x5c: " });
  });

  test.each(["\r", " \r", "#015", "#012", "#015#012", "\0", " #000 "])(
    "what a sender left at the end of the line is no field: %j",
    (end) => {
      expect(fieldsLike(`Mar  1 10:00:00 n1 kernel: x: ${packet}${end}`, { dstPort: 0 })).toEqual({
        dstPort: 2,
      });
    },
  );
});
