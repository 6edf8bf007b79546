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

/** What can happen to the word at `index`. */
const changes: readonly (readonly [string, (words: string[], index: number) => string[]])[] = [
  ["left out", (words, index) => words.toSpliced(index, 1)],
  ["emptied", (words, index) => words.with(index, "")],
  ["doubled", (words, index) => words.toSpliced(index, 0, words[index]!)],
  ["cut off with all behind it", (words, index) => words.slice(0, index)],
  ["without its first byte", (words, index) => words.with(index, words[index]!.slice(1))],
  ["without its last byte", (words, index) => words.with(index, words[index]!.slice(0, -1))],
  [
    "with its first byte doubled",
    (words, index) => words.with(index, words[index]![0] + words[index]!),
  ],
  [
    "with its last byte doubled",
    (words, index) => words.with(index, words[index]! + words[index]!.slice(-1)),
  ],
  ["with a number that has grown", (words, index) => words.with(index, `${words[index]}00000`)],
];

test.each(changes)(
  "the fast path reads a line with any one word %s as the grammar does",
  (_, change) => {
    const wrong = commonKinds.flatMap((text) => {
      const words = text.split(" ");
      return words.map((_word, index) =>
        difference(Buffer.from(change([...words], index).join(" "), "latin1")),
      );
    });
    expect(wrong.filter(Boolean).slice(0, 10)).toEqual([]);
  },
);

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
