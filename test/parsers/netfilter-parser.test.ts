import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LineResult } from "../../parsers/line-parser.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { lineBytesMax } from "../../src/model/limits.ts";
import { mutatedLine } from "./mutated-line.ts";
import { readLine } from "./read-line.ts";
import { differenceOf } from "./same-record.ts";
import { commonKinds, sampleKinds, sampleLines } from "./sample-lines.ts";
import { runs } from "../long-run.ts";

const LF = 0x0a;
const CR = 0x0d;

type Step = { result: LineResult; end: number; next: number; difference: string };

/** What parseNext() makes of bytes[0, limit), line by line. */
function stepsOf(bytes: Buffer, limit: number): Step[] {
  const record = new LineRecord();
  const alone = new LineRecord();
  const steps: Step[] = [];
  for (let start = 0; start < limit; start = record.next) {
    const result = netfilterParser.parseNext(bytes, start, limit, record);
    const { end, next } = record;
    // parse() reads the same line, so its offsets are the same; its end is not looked at here.
    const isLog = result === "log";
    const isSame = isLog && netfilterParser.parse(bytes, start, end, alone) === "log";
    const difference = isSame ? differenceOf(record, alone) : isLog ? "no line of its own" : "";
    steps.push({ result, end, next, difference });
    if (next <= start) throw new Error(`parseNext() stands still at ${start}`);
  }
  return steps;
}

/** The same by the book: cut at line feeds, and take each line for itself. */
function expectedSteps(bytes: Buffer, limit: number): Step[] {
  const record = new LineRecord();
  const steps: Step[] = [];
  for (let start = 0; start < limit; ) {
    const found = bytes.subarray(0, limit).indexOf(LF, start);
    const lineEnd = found < 0 ? limit : found;
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const isTooLong = end - start > lineBytesMax;
    const result = isTooLong ? "line-too-long" : netfilterParser.parse(bytes, start, end, record);
    const next = Math.min(limit, lineEnd + 1);
    steps.push({ result, end, next, difference: "" });
    start = next;
  }
  return steps;
}

describe("parseNext() finds the lines that splitting at line feeds finds", () => {
  const denial = commonKinds[0]!;
  const [head = ""] = denial.split("calico-packet");
  const afterHost = denial.slice(denial.indexOf("kernel:"));
  const rare = sampleLines.find((line) => line.includes("PROTO=ICMP TYPE=3"))!;
  const ordinary = `${head}usb 1-1: new high-speed USB device number 2 using xhci_hcd`;
  const long = `${head}${"x".repeat(lineBytesMax)} ${denial.slice(head.length)}`;
  test.each([
    ["a denial", `${denial}\n`],
    ["denials", `${denial}\n${denial}\n${rare}\n${denial}\n`],
    ["a denial without a line end", denial],
    ["a rare line without a line end", rare],
    ["an ordinary kernel line before a denial", `${ordinary}\n${denial}\n`],
    ["a line that ends in its host before a denial", `${head.slice(0, 41)}\nx ${afterHost}\n`],
    ["a line that is cut in its uptime before a denial", `${head.slice(0, 54)}\n${denial}\n`],
    ["a line that is cut behind IN= before a denial", `${denial.slice(0, 84)}\n${denial}\n`],
    ["a line that is cut behind OUT= before a denial", `${denial.slice(0, 105)}\n${denial}\n`],
    ["a line that is cut in its MAC before a denial", `${denial.slice(0, 150)}\n${denial}\n`],
    ["a line that is cut in its ports before a denial", `${denial.slice(0, 270)}\n${denial}\n`],
    ["empty lines", `\n\n${denial}\n\n`],
    ["CRLF", `${denial}\r\n${rare}\r\n\r\n${ordinary}\r\n${denial}\r\n`],
    ["CR without a line feed", `${denial}\r`],
    ["CR in the middle of a line", `${denial}\r${denial}\n${denial}\n`],
    ["an over-long denial", `${denial}\n${long}\n${denial}\n`],
    ["an over-long ordinary line", `${denial}\n${"x".repeat(lineBytesMax + 1)}\n${denial}\n`],
    ["a line that is as long as one may be", `${denial}\n${"x".repeat(lineBytesMax)}\r\n`],
  ])("%s", (_, text) => {
    const bytes = Buffer.from(text, "latin1");
    expect(stepsOf(bytes, bytes.length)).toEqual(expectedSteps(bytes, bytes.length));
  });

  const line = fc.oneof(
    fc.constantFrom(...sampleLines).map((text) => Buffer.from(text, "latin1")),
    fc.constantFrom(...commonKinds).map((text) => Buffer.from(text, "latin1")),
    mutatedLine,
    fc
      .tuple(fc.constantFrom(...sampleLines), fc.nat({ max: 400 }))
      .map(([text, length]) => Buffer.from(text.slice(0, length), "latin1")),
    fc.constant(Buffer.alloc(0)),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  );
  const ended = fc
    .tuple(line, fc.constantFrom("\n", "\n", "\r\n"))
    .map(([bytes, end]) => Buffer.concat([bytes, Buffer.from(end)]));
  const content = fc
    .tuple(fc.array(ended, { maxLength: 8 }), fc.oneof(line, fc.constant(Buffer.alloc(0))))
    .map(([lines, last]) => Buffer.concat([...lines, last]));

  test("any lines, up to any limit", () => {
    fc.assert(
      fc.property(content, fc.nat({ max: 2000 }), fc.boolean(), (bytes, cut, whole) => {
        const limit = whole ? bytes.length : Math.min(bytes.length, cut);
        expect(stepsOf(bytes, limit)).toEqual(expectedSteps(bytes, limit));
      }),
      { numRuns: runs(5000) },
    );
  });
});

/** A line in the middle of other bytes, at an offset that is the same whatever they are. */
const MARGIN = 512;

function surrounded(line: Buffer, before: string, after: string): Buffer {
  const fill = (text: string) => Buffer.alloc(MARGIN, text === "" ? "\0" : text, "latin1");
  return Buffer.concat([fill(before), line, fill(after)]);
}

const surroundings: readonly (readonly [string, string])[] = [
  [" ", " "],
  ["7", "7"],
  [",", ","],
  ["SRC=10.0.0.1 DST=10.0.0.2 LEN=60 ", "SRC=10.0.0.1 DST=10.0.0.2 LEN=60 "],
  ["IN=eth0 OUT= ", "PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 \n"],
  ["\n", "]\r\n"],
  ["[1.000000] ", "f:ff:ff] MARK=0x1 "],
];

type Read = { readonly result: LineResult; readonly record: LineRecord };

function readAt(bytes: Buffer, end: number): Read {
  const record = new LineRecord();
  return { result: netfilterParser.parse(bytes, MARGIN, end, record), record };
}

/** How bytes around a line change what is read of it; empty when they do not. */
function influence(line: Buffer): string {
  const end = MARGIN + line.length;
  const alone = readAt(surrounded(line, "", ""), end);
  for (const [before, after] of surroundings) {
    const { result, record } = readAt(surrounded(line, before, after), end);
    if (result !== alone.result)
      return `${result} instead of ${alone.result}: ${line.toString("latin1")}`;
    const difference = differenceOf(record, alone.record);
    if (difference !== "") return `${difference}: ${line.toString("latin1")}`;
  }
  return "";
}

describe("parse() reads nothing outside the line", () => {
  test("a cut line is read as if nothing followed, whatever does", () => {
    const record = new LineRecord();
    const alone = new LineRecord();
    const wrong: string[] = [];
    for (const line of sampleLines) {
      const whole = Buffer.from(line, "latin1");
      // What was cut off stays behind the end: nothing could mislead more.
      const followed = Buffer.concat([whole, Buffer.from("0123456789")]);
      const zeros = Buffer.alloc(followed.length);
      for (let end = 0; end <= whole.length; end++) {
        if (end > 0) zeros[end - 1] = whole[end - 1]!;
        const result = netfilterParser.parse(followed, 0, end, record);
        const expected = netfilterParser.parse(zeros, 0, end, alone);
        const difference = differenceOf(record, alone);
        if (result === expected && difference === "") continue;
        wrong.push(`${result}, expected ${expected}; ${difference}: ${line.slice(0, end)}`);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  test("a sample line is read the same among any bytes", () => {
    const lines = sampleKinds.map((line) => Buffer.from(line, "latin1"));
    expect(lines.map(influence).filter(Boolean)).toEqual([]);
  });

  test("a mutated line, cut or not, is read the same among any bytes", () => {
    fc.assert(
      fc.property(mutatedLine, fc.nat({ max: 700 }), (line, length) => {
        expect(influence(line.subarray(0, length))).toBe("");
      }),
      { numRuns: runs(5000) },
    );
  });

  test("random bytes are no LOG line, and are read the same among any bytes", () => {
    const word = fc.constantFrom("IN=", "OUT=", "SRC=", "MAC=", " ", "[", "]", "<5>", "kernel: ");
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((values) => Buffer.from(values)),
      fc.array(word, { maxLength: 60 }).map((words) => Buffer.from(words.join(""))),
    );
    fc.assert(
      fc.property(bytes, (line) => {
        expect(influence(line)).toBe("");
        expect(readAt(surrounded(line, "", ""), MARGIN + line.length).result).not.toBe("log");
      }),
      { numRuns: runs(5000) },
    );
  });
});

describe("a line that was cut anywhere", () => {
  const cuts = sampleKinds
    .filter((line) => readLine(line).result === "log")
    .flatMap((line) => {
      const whole = readLine(line).denial!;
      return Array.from({ length: line.length }, (_, end) => ({ text: line.slice(0, end), whole }));
    });

  test("is no LOG line yet, or cut short, or complete enough to count", () => {
    const results = ["ordinary", "cut-short", "log"];
    const others = cuts
      .map(({ text }) => `${readLine(text).result} at ${text.slice(text.lastIndexOf(" "))}`)
      .filter((text) => !results.includes(text.slice(0, text.indexOf(" "))));
    expect([...new Set(others)].toSorted()).toEqual([]);
  });

  test.each(["src", "dst", "srcPort", "dstPort"] as const)("has its true %s or none", (name) => {
    const wrong = cuts.filter(({ text, whole }) => {
      const { denial } = readLine(text);
      return denial?.[name] !== undefined && denial[name] !== whole[name];
    });
    expect(wrong.map(({ text }) => text)).toEqual([]);
  });
});

test("no denial has a number below zero, whatever happened to its line", () => {
  const negative = (value: unknown): boolean =>
    typeof value === "number"
      ? value < 0
      : typeof value === "object" && value !== null && Object.values(value).some(negative);
  fc.assert(
    fc.property(mutatedLine, (line) => {
      expect(
        Object.entries(readLine(line).denial ?? {}).filter(([, value]) => negative(value)),
      ).toEqual([]);
    }),
    { numRuns: runs(20_000) },
  );
});
