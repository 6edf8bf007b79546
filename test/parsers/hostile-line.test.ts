import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser, parseByGrammar } from "../../parsers/netfilter-parser.ts";
import { textOf } from "../../parsers/shown.ts";
import { readLine } from "./read-line.ts";
import { differenceOf } from "./same-record.ts";
import { tellingLines } from "./telling-lines.ts";
import { isLong, runs } from "../long-run.ts";

const golden = readFileSync(new URL("../../samples/golden/edge-cases.log", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const journal = golden
  .slice(0, 5)
  .flatMap((line) => [
    JSON.stringify({ MESSAGE: line, _HOSTNAME: "n1", __REALTIME_TIMESTAMP: "1772359200123456" }),
    JSON.stringify({ MESSAGE: [...Buffer.from(line)] }),
    JSON.stringify({ log: `${line}\n`, time: "2026-01-01T00:00:00Z" }),
    `MESSAGE=${line}`,
  ]);
const lines = [...golden, ...tellingLines, ...journal];

/** In a short run lines are cut at every so many bytes, at other ones for each length. */
const CUTS_APART = 4;

/** How much of other buffers could be mistaken for a part of the line. */
const MARGIN = 300;
const poisons = [
  "\0",
  " ",
  "7",
  "]",
  '"',
  "IN=eth0 OUT= SRC=1.1.1.1 ",
  "kernel: [1.000000] ",
  "\\",
];

function among(line: Buffer, poison: string): { result: string; record: LineRecord } {
  const bytes = Buffer.alloc(line.length + 2 * MARGIN, poison, "latin1");
  line.copy(bytes, MARGIN);
  const record = new LineRecord();
  const end = MARGIN + line.length;
  return { result: netfilterParser.parse(bytes, MARGIN, end, record), record };
}

/** How the bytes around a line change what is read of it; empty when they do not. */
function influence(line: Buffer): string {
  const alone = among(line, poisons[0]!);
  for (const poison of poisons.slice(1)) {
    const { result, record } = among(line, poison);
    const difference = result === alone.result ? differenceOf(record, alone.record) : result;
    if (difference !== "") return `${poison}: ${difference}: ${line.toString("latin1")}`;
  }
  return "";
}

describe("parse() never throws, and reads nothing outside the line", () => {
  test(`every golden line, cut at every ${isLong ? "" : "fourth "}byte`, () => {
    const wrong = lines.flatMap((text) => {
      const line = Buffer.from(text);
      const ends = Array.from({ length: line.length + 1 }, (_, end) => end);
      const tried = ends.filter((end) => isLong || end % CUTS_APART === line.length % CUTS_APART);
      return tried.map((end) => influence(line.subarray(0, end)));
    });
    expect(wrong.filter(Boolean).slice(0, 5)).toEqual([]);
  });

  const byte = fc.integer({ min: 0, max: 255 });
  const edit = fc.tuple(fc.nat(), fc.nat({ max: 8 }), fc.uint8Array({ maxLength: 6 }));
  const mutated = fc
    .tuple(fc.constantFrom(...lines), fc.array(edit, { maxLength: 4 }))
    .map(([text, edits]) =>
      edits.reduce((line, [place, removed, added]) => {
        const at = line.length === 0 ? 0 : place % line.length;
        return Buffer.concat([line.subarray(0, at), added, line.subarray(at + removed)]);
      }, Buffer.from(text)),
    );
  const spliced = fc
    .tuple(fc.constantFrom(...lines), fc.constantFrom(...lines), fc.nat(), fc.nat())
    .map(([a, b, from, to]) => Buffer.from(a.slice(0, from % a.length) + b.slice(to % b.length)));
  const random = fc.array(byte, { maxLength: 400 }).map((values) => Buffer.from(values));

  test.each([
    ["mutated", mutated],
    ["spliced", spliced],
    ["random", random],
  ] as const)("%s lines", (_, line) => {
    fc.assert(
      fc.property(line, (bytes) => {
        expect(influence(bytes)).toBe("");
        // Showing what was read must not throw either.
        if (!bytes.includes(0x0a)) readLine(bytes);
      }),
      { numRuns: runs(3000) },
    );
  });
});

/** How many bytes of the line parseByGrammar() looks at. */
function looksAt(text: string): number {
  let count = 0;
  const bytes = new Proxy(new Uint8Array(Buffer.from(text, "latin1")), {
    get(target, name) {
      count++;
      return Reflect.get(target, name) as unknown;
    },
  });
  parseByGrammar(bytes, 0, bytes.length, new LineRecord());
  return count;
}

describe("parse() looks at each byte a bounded number of times", () => {
  const head = "Mar  1 10:00:00 n1 kernel: ";
  const body = `${head}x: IN=eth0 OUT= MAC= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 `;
  const rest = `${body}TTL=63 ID=1 PROTO=`;
  const units = (
    "IN=|IN= |IN=a OUT=b |IN= OUT= |IN= PHYSIN=|[|[1.|[ |] |OPT ( |) |PROTO=|ID=7 PROTO=TCP |" +
    'DF PROTO=TCP SPT=1 DPT=| SRC=|#012|#0|:|-|a:|<5>|<5>1 - |{|{"|"|\\|\\u|{"a":|[1,|' +
    "message repeated 2 times: [|INCOMPLETE [|FRAG:|MARK=0x|: |0|1|.|1.|SYN |kern.info: |" +
    "Mar  1 10:00:00 |2026-03-01T10:00:00Z |2026-03-01T10:00:00Z stdout F |\xef\xbb\xbf|= | |\0"
  ).split("|");
  const starts = [
    "",
    head,
    body,
    `${rest}TCP `,
    `${rest}ICMP TYPE=3 CODE=1 [`,
    '{"MESSAGE":"',
    "<5>1 ",
  ];
  const cases = units.flatMap((unit) => starts.map((start) => [unit, start] as const));

  // Twice as long a line is looked at twice as often, as the next test shows: a part tells it all.
  const bytes = (isLong ? 64 : 8) * 1024;
  test(`whatever is repeated up to ${bytes / 1024} KiB`, () => {
    const slow = cases.filter(([unit, start]) => {
      const line = start + unit.repeat(Math.floor((bytes - start.length) / unit.length));
      return looksAt(line) > 400 * bytes;
    });
    expect(slow).toEqual([]);
  });

  test("and twice as often in a line twice as long", () => {
    const worse = cases.filter(([unit, start]) => {
      const half = looksAt(start + unit.repeat(Math.floor(2048 / unit.length)));
      const whole = looksAt(start + unit.repeat(Math.floor(4096 / unit.length)));
      return whole > 2.3 * half + 10_000;
    });
    expect(worse).toEqual([]);
  });
});

const packet = "SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP ";
const tcp = `${packet}SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 `;
const header = "Nov 22 14:28:43 n1 kernel: calico-packet: IN=eth0 OUT= ";
const v6 = "DST=fd00:0000:0000:0000:0000:0000:0000:0002 LEN=60 TC=0 HOPLIMIT=1 FLOWLBL=0 PROTO=59 ";
const mac = "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 ";

describe("suspect is what the kernel cannot have written", () => {
  test.each([
    ["a key twice", `${header}${tcp}DPT=3 `],
    [
      "a policy named like a packet",
      `Nov 22 14:28:43 n1 kernel: IN=a OUT=b ${tcp}IN=eth0 OUT= ${tcp}`,
    ],
    ["a key out of its order", `${header}${packet}DPT=2 SPT=1 WINDOW=1 RES=0x00 SYN URGP=0 `],
    ["a key left out", `${header}${tcp.replace("TTL=63 ", "")}`],
    ["flags out of their order", `${header}${tcp.replace("SYN", "SYN ACK")}`],
    ["a flag twice", `${header}${tcp.replace("SYN", "SYN SYN")}`],
    ["MAC= behind SRC=", `${header}${tcp}${mac}`],
    ["a MAC in upper case", `${header}${mac.replaceAll("f", "F")}${tcp}`],
    ["a mark in upper case", `${header}${tcp}MARK=0xA `],
    ["TOS= in lower case", `${header}${tcp.replace("TOS=0x00", "TOS=0x1e")}`],
    ["TOS= with other bits", `${header}${tcp.replace("TOS=0x00", "TOS=0x20")}`],
    ["PREC= with other bits", `${header}${tcp.replace("PREC=0x00", "PREC=0x10")}`],
    ["TOS= with one digit", `${header}${tcp.replace("TOS=0x00", "TOS=0x0")}`],
    ["a compressed address", `${header}SRC=fd00::1 ${v6}`],
    ["an address in upper case", `${header}SRC=FD00:0000:0000:0000:0000:0000:0000:0001 ${v6}`],
    ["an interface that cannot be", `${header.replace("eth0", "eth0/1")}${tcp}`],
    [
      "a process with a number",
      `Nov 22 14:28:43 n1 logger[12]: calico-packet: IN=eth0 OUT= ${tcp}`,
    ],
    ["a record that a process wrote to /dev/kmsg", `12,1,2,-;calico-packet: IN=eth0 OUT= ${tcp}`],
    ["text behind an escaped line end", `Nov 22 14:28:43 n1 user: x#012${header}${tcp}`],
    [
      "text behind an escaped line end of the kernel's",
      `Nov 22 14:28:43 n1 kernel: x#012${header}${tcp}`,
    ],
    [
      "text behind an escaped line end in the common form",
      `2026-11-22T14:28:43.123456+00:00 n1 kernel: x#012 calico-packet: IN=eth0 OUT= ${mac}${tcp}`,
    ],
    ["a second line behind the packet", `${header}${tcp}#012${header}${tcp}`],
    [
      "a doubled key in the packet of an ICMP error",
      `${header}${packet.replace("TCP", "ICMP")}TYPE=3 CODE=1 [${tcp}DPT=3 ] `,
    ],
  ])("%s", (_, line) => {
    expect(readLine(line)).toEqual({ result: "suspect" });
  });

  test.each([
    [
      "ulogd's TOS= and MARK=",
      `${header}${tcp.replace("0x00", "00").replace("RES=0x00 ", "")}MARK=a `,
    ],
    ["ulogd's compressed addresses", `${header}SRC=fd00::1 ${v6}MARK=0 `],
    ["ulogd's bare INCOMPLETE, glued to what follows", `${header}${packet}INCOMPLETEMARK=0 `],
    [
      "ulogd's fragments",
      `${header}SRC=fd00::1 ${v6.replace("PROTO", "FRAG: 8 ID: 0000beef PROTO")}MARK=0 `,
    ],
    ["ulogd's ports of SCTP", `${header}${packet.replace("TCP", "SCTP")}SPT=1 DPT=2 `],
    ["ulogd's tag", `Nov 22 14:28:43 n1 ulogd[12]: calico-packet: IN=eth0 OUT= ${tcp}`],
    ["a MAC that was made illegible", `${header}MAC=XX:XX:XX:XX ${tcp}`],
    ["more spaces than one", `${header}${tcp}`.replaceAll(" ", "  ")],
    ["TRUNCATED for options, of Linux 2.6", `${header}${tcp}TRUNCATED`],
    ["UID= alone", `${header}${tcp}UID=0 `],
    ["GID= alone", `${header}${tcp}GID=0 `],
    ["a tag without a number", `Nov 22 14:28:43 n1 Policy-Filter-Dropped: IN=eth0 OUT= ${tcp}`],
  ])("and not %s", (_, line) => {
    expect(readLine(line).result).toBe("log");
  });
});

describe("a line that is not read says why", () => {
  test.each([
    [
      "cut-short",
      "Mar  1 10:00:00 n1 kernel: L=126 ID=8698 DF PROTO=TCP SPT=88 DPT=51179 WINDOW=2053 ",
    ],
    ["cut-short", `Mar  1 10:00:00 n1 kernel: ${tcp}`],
    ["cut-short", "x ID=1 PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=2 "],
    ["unknown-dialect", `100 6 tap100i0-OUT 20/Jun/2022:13:16:23 +0200 DROP: OUT=vmbr0 ${tcp}`],
    [
      "unknown-dialect",
      `${header}SRC=fd00::1 DST=fd00::2 LEN=60 TC=0 FLOWLBL=0 HOPLIMIT=1 PROTO=59 `,
    ],
    ["unknown-token", `${header}${tcp}FOO=1 `],
    ["unknown-token", `${header}${tcp}and more`],
    ["bad-number", `${header}${tcp}MARK=0xg `],
    ["bad-number", `${header}${tcp}UID=4294967296 `],
    ["bad-address", `${header}${tcp.replace("10.0.0.2", "<redacted>")}`],
    ["ordinary", "Mar  1 10:00:00 n1 app: PROTO=TCP SPT=1 DPT=2"],
    ["ordinary", "Mar  1 10:00:00 n1 app: ID=7 PROTO=TCP from somewhere"],
    ["ordinary", "Mar  1 10:00:00 n1 app: x#012Mar  1 10:00:00 n1 kernel: text"],
    [
      "no-address",
      "Mar  1 10:00:00 n1 kernel: x IN=eth0 OUT= MAC=01:80:c2:00:00:0e:00:11:22:33:44:55:88:cc ",
    ],
    ["cut-short", `Mar  1 10:00:00 n1 kernel: x IN=eth0 OUT= ${mac}`],
    ["no-address", `${header}MAC= SRC=10.0.0.1 DST=10.0.0.2 PROTO=ARP REQUEST `],
    ["trace", `Mar  1 10:00:00 n1 kernel: nf_ct_proto_6: invalid packet IN= OUT= ${tcp}`],
    [
      "trace",
      `Mar  1 10:00:00 n1 kernel: TRACE: raw:PREROUTING:policy:2 IN=eth0 OUT= ${mac}${tcp}`,
    ],
  ] as const)("%s: %s", (result, line) => {
    expect(readLine(line)).toEqual({ result });
  });
});

test("ebtables: addresses, ports and frames of its own form", () => {
  const at = "Mar  1 10:00:00 n1 kernel: EB IN=eth0 OUT=eth1 MAC source = 38:2c:4a:64:d1:50 ";
  const to = `${at}MAC dest = a4:91:b1:4f:6b:e8 proto = `;
  const ip = "IP SRC=10.0.0.1 IP DST=10.0.0.2, IP tos=0x00, IP proto=";
  const shown = (line: string) => {
    const { result, denial } = readLine(line);
    return [result, denial?.src, denial?.protocol, denial?.srcPort, denial?.dstPort];
  };
  expect(shown(`${to}0x0800 ${ip}132 SPT=7 DPT=8`)).toEqual(["log", "10.0.0.1", "sctp", 7, 8]);
  expect(shown(`${to}0x0800 ${ip}1`)).toEqual(["log", "10.0.0.1", "icmp", undefined, undefined]);
  expect(
    shown(
      `${to}0x86dd IPv6 SRC=fd00::1 IPv6 DST=fd00::2, IPv6 priority=0x0, ` +
        "Next Header=17 SPT=7 DPT=8",
    ),
  ).toEqual(["log", "fd00::1", "udp", 7, 8]);
  expect(shown(`${to}0x0806 ARP HTYPE=1, PTYPE=0x0800, OPCODE=1`)[0]).toBe("no-address");
  expect(shown(`${to}0x0800 INCOMPLETE IP header`)[0]).toBe("no-address");
  expect(shown(`${to}0x88cc`)[0]).toBe("no-address");
  expect(shown(`${to}0x0800 ${ip}6 SPT=7 DPT=8 DPT=9`)[0]).toBe("suspect");
});

test("the offsets of a line point into its text", () => {
  const record = new LineRecord();
  const bytes = Buffer.from(JSON.stringify({ MESSAGE: `calico-packet: IN=eth0 OUT= ${tcp}` }));
  expect(netfilterParser.parse(bytes, 0, bytes.length, record)).toBe("log");
  expect(record.text).not.toBe(bytes);
  expect(textOf(record.text, record.prefixStart, record.prefixEnd)).toBe("calico-packet: ");
  expect(textOf(record.text, record.prefixEnd, record.textEnd)).toBe(`IN=eth0 OUT= ${tcp}`);
});
