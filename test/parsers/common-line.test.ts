import fc from "fast-check";
import { expect, test } from "vitest";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser, parseByGrammar } from "../../parsers/netfilter-parser.ts";
import { generatedLine } from "./generated-line.ts";
import { mutatedLine } from "./mutated-line.ts";
import { differenceOf } from "./same-record.ts";
import { commonKinds, sampleLines } from "./sample-lines.ts";

const record = new LineRecord();
const byGrammar = new LineRecord();

/** How the fast path reads a line otherwise than the grammar does; empty when it does not. */
function difference(line: Buffer): string {
  const result = netfilterParser.parse(line, 0, line.length, record);
  const expected = parseByGrammar(line, 0, line.length, byGrammar);
  if (result !== expected) return `${result}, expected ${expected}: ${line.toString("latin1")}`;
  const found = result === "log" ? differenceOf(record, byGrammar) : "";
  return found === "" ? "" : `${found}: ${line.toString("latin1")}`;
}

test("the fast path reads each sample line as the grammar does", () => {
  expect(
    sampleLines.map((line) => difference(Buffer.from(line, "latin1"))).filter(Boolean),
  ).toEqual([]);
});

/** Bytes that mean something to the grammar. */
const telling = Buffer.from(" \0\t\r0158:=./-+[]()aFxIOSTZm\u007f", "latin1");

test("the fast path reads a line with any one byte changed as the grammar does", () => {
  const wrong: string[] = [];
  for (const text of commonKinds) {
    const line = Buffer.from(text, "latin1");
    for (let at = 0; at < line.length; at++) {
      const original = line[at]!;
      for (const byte of telling) {
        line[at] = byte;
        const found = difference(line);
        if (found !== "") wrong.push(`byte ${at}: ${found}`);
      }
      line[at] = original;
    }
  }
  expect(wrong.slice(0, 10)).toEqual([]);
});

test("the fast path reads a line with any one byte doubled as the grammar does", () => {
  const wrong: string[] = [];
  for (const text of commonKinds) {
    for (let at = 0; at < text.length; at++) {
      const found = difference(Buffer.from(text.slice(0, at + 1) + text.slice(at), "latin1"));
      if (found !== "") wrong.push(`byte ${at}: ${found}`);
    }
  }
  expect(wrong.slice(0, 10)).toEqual([]);
});

test("the fast path reads mutated lines as the grammar does", () => {
  fc.assert(
    fc.property(mutatedLine, (line) => {
      expect(difference(line)).toBe("");
    }),
    { numRuns: 40_000 },
  );
});

test("the fast path reads lines of the whole grammar as the grammar does", () => {
  fc.assert(
    fc.property(generatedLine, ({ line }) => {
      expect(difference(Buffer.from(line))).toBe("");
    }),
    { numRuns: 10_000 },
  );
});
