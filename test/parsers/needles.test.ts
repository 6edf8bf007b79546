import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NeedleSearch, needles } from "../../parsers/needles.ts";
import { readLine } from "./read-line.ts";
import { sampleLines } from "./sample-lines.ts";
import { tellingLines } from "./telling-lines.ts";
import { runs } from "../long-run.ts";

const hasNeedle = (line: string) => needles.some((needle) => line.includes(needle));

/** Pieces of everything that has a meaning, needles cut in two among them. */
const piece = fc.constantFrom(
  ...needles.flatMap((needle) => [needle, needle.slice(1), needle.slice(0, -1)]),
  ..."Nov 22 14:28:43 |worker-1 |kernel: |rsyslogd: |systemd-journald[1]: |imklog: ".split("|"),
  "[1.000000] ",
  ..."OUT=|eth0 |SRC=10.0.0.1 |DST=10.0.0.2 |LEN=60 |TCP |SPT=1 |DPT=2 |ID=7 |12 | messages ".split(
    "|",
  ),
  ..."S|s|M|m| lost due to | callbacks |printk: |last |times|: [|]|{|}|:|,|MESSAGE|=|from x".split(
    "|",
  ),
  "6,1,2,-;",
  "<5>1 2026-03-01T10:00:00Z - denyscop - - - ",
);
const assembled = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(""));
/** A line with a meaning, or nearly. */
const edited = fc
  .tuple(
    fc.constantFrom(...tellingLines),
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.constantFrom("", " ", "x"),
  )
  .map(([line, place, removed, added]) => {
    const at = place % line.length;
    return line.slice(0, at) + added + line.slice(at + removed);
  });
const anything = fc.oneof(
  edited,
  assembled,
  fc.string(),
  fc.string({ unit: "binary", maxLength: 100 }),
);

test("a line without a needle is ordinary", () => {
  const results = { ordinary: 0, other: 0 };
  fc.assert(
    fc.property(anything, (text) => {
      const line = text.replaceAll("\n", " ");
      const { result } = readLine(line);
      if (result === "ordinary") results.ordinary++;
      else results.other++;
      if (result !== "ordinary") expect(hasNeedle(line)).toBe(true);
    }),
    { numRuns: runs(400_000) },
  );
  // The lines must be such that the test could fail.
  expect(Math.min(results.ordinary, results.other)).toBeGreaterThan(1000);
});

test("no sample is anything but ordinary without a needle", () => {
  const missed = sampleLines.filter((line) => !hasNeedle(line));
  expect(missed.length).toBeGreaterThan(10);
  expect(new Set(missed.map((line) => readLine(line).result))).toEqual(new Set(["ordinary"]));
});

describe("NeedleSearch", () => {
  test("finds what a search at every index finds", () => {
    fc.assert(
      fc.property(assembled, fc.nat({ max: 300 }), (text, cut) => {
        const bytes = Buffer.from(text);
        const end = Math.min(cut, bytes.length);
        const search = new NeedleSearch();
        search.start(bytes, end);
        for (let from = 0; from < end; from += 7) {
          const found = needles.map((needle) => bytes.indexOf(needle, from));
          const first = found.filter((at) => at >= 0 && at < end);
          expect(search.find(from)).toBe(Math.min(end, ...first));
        }
      }),
    );
  });
});
