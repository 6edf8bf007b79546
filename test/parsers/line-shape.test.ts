import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineRecord } from "../../parsers/line-record.ts";
import { LineShape } from "../../parsers/line-shape.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { runs } from "../long-run.ts";
import { generatedLine } from "./generated-line.ts";
import { mutatedLine } from "./mutated-line.ts";
import { readLine } from "./read-line.ts";

/** One in twenty-five finds two lines of one shape. */
const RUNS = runs(60_000);
const HEAD = "2026-11-22T13:00:00.123456+00:00 worker-1 kernel: [12345.678901] ";
const V4 = "IN=a OUT=b SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=7 DF ";
const ZEROS = "0000:".repeat(7);
const V6 = `IN=a OUT=b SRC=${ZEROS}0001 DST=${ZEROS}0002 LEN=60 TC=0 HOPLIMIT=63 FLOWLBL=5 `;
const BODY = `calico-packet: ${V4}PROTO=TCP SPT=40000 DPT=80 WINDOW=1 RES=0x00 SYN URGP=0 `;
const LINE = HEAD + BODY;

/** The shape of a line as text, if it has one that may be learnt. */
function shapeOf(line: string | Buffer): string | undefined {
  const bytes = Buffer.from(line);
  const shape = new LineShape();
  if (!shape.read(bytes, 0, bytes.length)) return undefined;
  const record = new LineRecord();
  if (netfilterParser.parse(bytes, 0, bytes.length, record) !== "log") return undefined;
  if (!shape.agrees(bytes, record)) return undefined;
  const copy = Buffer.alloc(shape.length);
  shape.put(copy, 0);
  return `${shape.hash} ${copy.toString("latin1")}`;
}

/** Whether a line has the shape of another. */
function isLike(line: string, other: string): boolean {
  const [shape, ofOther] = [new LineShape(), new LineShape()];
  const [bytes, otherBytes] = [Buffer.from(line), Buffer.from(other)];
  shape.read(bytes, 0, bytes.length);
  ofOther.read(otherBytes, 0, otherBytes.length);
  const known = new Uint8Array(ofOther.length + 1);
  ofOther.put(known, 1);
  return shape.length === ofOther.length && shape.isAt(new DataView(known.buffer), 1);
}

const numbered = ["time", "timeInferred", "uptime", "srcPort", "id", "icmpId", "icmpSeq"];
const others = [...numbered, "flowLabel", "tcpSeq"];

/** All that is read of a line, but for what is no part of a shape. */
function restOf(line: string | Buffer): object {
  const { result, denial } = readLine(line);
  const fields = Object.entries(denial ?? {}).filter(([name]) => !others.includes(name));
  return { result, ...Object.fromEntries(fields) };
}

describe("lines of one shape", () => {
  test.each([
    ["another second", LINE.replace("13:00:00.123456", "13:00:01.000001")],
    ["a stamp without a fraction", LINE.replace("00.123456+00:00", "00Z")],
    ["a traditional stamp", LINE.replace(/^\S+/, "Nov 22 13:00:00")],
    ["another uptime", LINE.replace("[12345.678901]", "[    9.000000]")],
    ["another ID", LINE.replace("ID=7 ", "ID=65535 ")],
    ["another source port", LINE.replace("SPT=40000", "SPT=50001")],
  ])("may have %s", (_, other) => {
    expect(shapeOf(other)).toBe(shapeOf(LINE));
    expect(shapeOf(LINE)).toBeDefined();
    expect(isLike(other, LINE)).toBe(true);
    expect(restOf(other)).toEqual(restOf(LINE));
  });

  test.each([
    ["another host", LINE.replace("worker-1", "worker-2")],
    ["no uptime", LINE.replace("[12345.678901] ", "")],
    ["another prefix", LINE.replace("calico-packet", "calico-packex")],
    ["another address", LINE.replace("10.0.0.1", "10.0.0.3")],
    ["another port", LINE.replace("DPT=80", "DPT=81")],
    ["a source port of other length", LINE.replace("SPT=40000", "SPT=4000")],
    ["another length", LINE.replace("LEN=60", "LEN=61")],
    ["another TTL", LINE.replace("TTL=63", "TTL=62")],
    ["another mark", `${LINE}MARK=0x1 `],
  ])("do not have %s", (_, other) => {
    expect(shapeOf(other)).toBeDefined();
    expect(shapeOf(other)).not.toBe(shapeOf(LINE));
    expect(isLike(other, LINE)).toBe(false);
  });

  test("differ in any byte that is no number", () => {
    const start = LINE.indexOf(" worker");
    for (let at = start; at < LINE.length; at++) {
      if (/\d/.test(LINE[at]!) && shapeOf(LINE) === shapeOf(withByte(at, "1"))) continue;
      expect([at, isLike(withByte(at, "~"), LINE)]).toEqual([at, false]);
    }
  });

  test.each([
    ["an ID in the prefix", HEAD + BODY.replace("calico-packet: ", "calico ID=5 ")],
    ["a source port in the prefix", HEAD + BODY.replace("calico-packet: ", "calico SPT=5 ")],
    ["an ID that is too large", LINE.replace("ID=7 ", "ID=65536 ")],
    ["an ID with a zero before it", LINE.replace("ID=7 ", "ID=07 ")],
    ["a source port at its end", `${HEAD}a: ${V4}PROTO=UDP SPT=1`],
    ["no kernel", LINE.replace("kernel:", "kernel[1]:")],
    ["no host", LINE.replace("worker-1 ", "")],
    ["the header of another", LINE.replace("kernel:", `relay: ${HEAD}`)],
    ["no stamp", LINE.replace("13:00:00", "13:00:61")],
    ["the stamp of dmesg", LINE.replace("00.123456", "00,123456")],
    ["a byte that is no text", LINE.replace("DF", "D\u0001")],
    [
      "a packet in it",
      `${HEAD}a: ${V4}PROTO=ICMP TYPE=3 CODE=1 [SRC=10.0.0.2 DST=10.0.0.1 LEN=60 TOS=0x00 ` +
        "PREC=0x00 TTL=63 ID=7 DF PROTO=TCP SPT=40000 DPT=80 WINDOW=1 RES=0x00 SYN URGP=0 ] ",
    ],
  ])("a line with %s has none", (_, line) => {
    expect(shapeOf(line)).toBeUndefined();
  });

  test.each([
    ["ICMP", `${V4}PROTO=ICMP TYPE=8 CODE=0 ID=7 SEQ=3 `, "SEQ=3", "SEQ=400"],
    ["IPv6", `${V6}PROTO=UDP SPT=1 DPT=2 LEN=40 `, "FLOWLBL=5", "FLOWLBL=1048575"],
  ])("there are some of %s", (_, body, number, other) => {
    const line = `${HEAD}calico-packet: ${body}`;
    expect(shapeOf(line)).toBeDefined();
    expect(shapeOf(line.replace(number, other))).toBe(shapeOf(line));
  });

  const digits = fc.constantFrom(
    "0",
    "7",
    "60",
    "255",
    "8080",
    "40001",
    "65535",
    "65536",
    "99999999",
  );
  const renumbering = fc.array(fc.tuple(fc.nat(), digits), { minLength: 1, maxLength: 4 });

  test("are read alike, whatever was done to them", () => {
    const line = fc.oneof(
      mutatedLine,
      generatedLine.map((generated) => Buffer.from(generated.line)),
      generatedLine.map((generated) => Buffer.from(HEAD + generated.line)),
    );
    let alike = 0;
    fc.assert(
      fc.property(line, renumbering, (bytes, numbers) => {
        const shape = shapeOf(bytes);
        if (shape === undefined) return;
        const other = renumbered(bytes.toString("latin1"), numbers);
        if (shapeOf(other) !== shape) return;
        alike++;
        expect(restOf(other)).toEqual(restOf(bytes));
      }),
      { numRuns: RUNS },
    );
    expect(alike).toBeGreaterThan(RUNS / 60);
  });
});

function withByte(at: number, byte: string): string {
  return LINE.slice(0, at) + byte + LINE.slice(at + 1);
}

/** The line with other numbers at some places, every other time at one that a shape leaves out. */
function renumbered(line: string, numbers: readonly (readonly [number, string])[]): Buffer {
  let text = line;
  for (const [place, digits] of numbers) {
    const found = [...text.matchAll(place % 2 === 0 ? /\d+/g : /(?<=\b(ID|SPT|SEQ|FLOWLBL)=)\d+/g)];
    const number = found[(place >>> 1) % found.length];
    if (number === undefined) continue;
    const { index, 0: old } = number;
    text = text.slice(0, index) + digits + text.slice(index + old.length);
  }
  return Buffer.from(text, "latin1");
}
