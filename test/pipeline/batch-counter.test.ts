import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { mutatedLine } from "../parsers/mutated-line.ts";
import { sampleLines } from "../parsers/sample-lines.ts";
import { tellingLines } from "../parsers/telling-lines.ts";
import { assembledLine, commonLine, lineOf, otherLines } from "./common-lines.ts";
import { Counting } from "./counted-lines.ts";
import { newSource, type SourceSettings } from "./new-source.ts";
import { TwoWays } from "./two-ways.ts";
import { runs } from "../long-run.ts";

// Seconds alone; other tests may run beside it.
vi.setConfig({ testTimeout: 120_000 });

const SMALL = 64 * 1024;
const START = Date.UTC(2026, 10, 22, 12) * 1000;
const SECOND = 1_000_000;

/** Lines of a log as it may be, each with its line end. */
const anyLine = fc
  .oneof(
    { weight: 6, arbitrary: commonLine },
    { weight: 2, arbitrary: assembledLine },
    { weight: 2, arbitrary: fc.constantFrom(...sampleLines) },
    { weight: 1, arbitrary: fc.constantFrom(...otherLines, ...tellingLines) },
    { weight: 1, arbitrary: mutatedLine.map((line) => line.toString("latin1")) },
  )
  .chain((line) =>
    fc.constantFrom("\n", "\n", "\n", "\r\n").map((end) => line.replaceAll("\n", " ") + end),
  );
const someLines = fc.array(anyLine, { maxLength: 25 });

/** What may stand behind the lines in a buffer: nothing of it may be read. */
const poison = fc.constantFrom(
  "\n",
  "\0",
  "\xff",
  " ",
  "0",
  "9:",
  "N=",
  "IN=",
  "=PROTO=",
  "\r\n",
  "URGP=0 \n",
  "MARK=0x1 \n",
  ` ${lineOf()}\n`,
  `${lineOf()}\n`,
);

/** Cuts lines into batches, and a last line that nobody ended where the content ends. */
function batchesOf(lines: readonly string[], cuts: readonly number[]): string[] {
  const batches: string[] = [];
  let rest = lines;
  for (const cut of cuts) {
    batches.push(rest.slice(0, cut).join(""));
    rest = rest.slice(cut);
  }
  return [...batches, rest.join("")];
}

function countedIn(counting: Counting, batches: readonly string[], settings?: SourceSettings) {
  const source = newSource(settings);
  for (const batch of batches) counting.add(source, batch);
  return counting.take(source);
}

describe("BatchCounter counts with and without the engine the same", () => {
  const ways = new TwoWays({ bufferBytes: SMALL });
  const cuts = fc.array(fc.nat({ max: 8 }), { maxLength: 6 });

  test("however lines are cut into batches, whatever stands behind them", () => {
    fc.assert(
      fc.property(someLines, cuts, poison, fc.boolean(), (lines, at, behind, isBegun) => {
        ways.newSource({ isBegun });
        for (const batch of batchesOf(lines, at)) ways.add(batch, behind);
        expect(ways.difference()).toBe("");
      }),
      { numRuns: runs(1500) },
    );
  });

  test("when the last line has no end, whatever stands behind it", () => {
    fc.assert(
      fc.property(someLines, anyLine, poison, fc.nat({ max: 400 }), (lines, last, behind, cut) => {
        ways.newSource();
        const unended = last.trimEnd();
        for (const text of [unended, unended.slice(0, cut), `${unended} `, `${unended}\r`]) {
          ways.add(lines.join("") + text, behind);
          expect(ways.difference()).toBe("");
        }
      }),
      { numRuns: runs(1000) },
    );
  });

  test("line by line what it counts in one batch", () => {
    const whole = new Counting({ engine: true, bufferBytes: SMALL });
    const single = new Counting({ engine: true, bufferBytes: SMALL });
    fc.assert(
      fc.property(someLines, cuts, (lines, at) => {
        // Sessions go on from run to run, so a difference would stay.
        const got = countedIn(single, batchesOf(lines, at));
        expect(got).toEqual(countedIn(whole, [lines.join("")]));
      }),
      { numRuns: runs(1000) },
    );
  });

  test("when several sources take turns, each in a zone of its own", () => {
    const step = fc.record({
      source: fc.nat({ max: 2 }),
      lines: fc.array(
        fc
          .tuple(fc.constantFrom("Oct 25 02:", "Oct 25 03:", "Nov 22 12:"), fc.nat({ max: 59 }))
          .map(
            ([hour, second]) =>
              `${lineOf({ stamp: `${hour}00:${String(second).padStart(2, "0")}` })}\n`,
          ),
        { maxLength: 4 },
      ),
    });
    const zones = ["UTC", "Europe/Berlin", "America/New_York"];
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const countings = [true, false].map((engine) => {
          const counting = new Counting({ engine, bufferBytes: SMALL });
          const sources = zones.map((timezone) => newSource({ timezone }));
          for (const { source, lines } of steps) counting.add(sources[source]!, lines.join(""));
          return sources.map((source) => counting.take(source));
        });
        expect(countings[0]).toEqual(countings[1]);
      }),
      { numRuns: 50 },
    );
  });

  test("of live lines, of which some have a stamp that cannot be", () => {
    const hour = 3600 * SECOND;
    const live = new TwoWays({ bufferBytes: SMALL });
    const stampAt = (time: number) => new Date(time / 1000).toISOString().replace("Z", "000+00:00");
    const offsets = fc.array(
      fc.constantFrom(
        0,
        1,
        SECOND,
        hour - SECOND,
        hour,
        hour + SECOND,
        23 * hour,
        24 * hour,
        25 * hour,
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(offsets, fc.boolean(), fc.boolean(), (all, isPast, isLive) => {
        live.newSource({ live: isLive, notAfter: START });
        for (const [batch, offset] of all.entries()) {
          live.setClock(START + batch * SECOND, isLive);
          const line = lineOf({ stamp: stampAt(START + (isPast ? -offset : offset)) });
          live.add(`${lineOf()}\n${line}\n${line}\n${line.slice(line.indexOf("[12345"))}\n`);
          expect(live.difference()).toBe("");
        }
      }),
      { numRuns: runs(300) },
    );
  });

  test.each([100, 900, 1100, 3000])("of %i hosts and as many prefixes", (count) => {
    const many = new TwoWays({ bufferBytes: 8 * 1024 * 1024 });
    const lines = Array.from({ length: 3 * count }, (_, index) =>
      lineOf({ node: `worker-${index % count}`, prefix: `calico-packet ${(index * 7) % count}: ` }),
    );
    many.add(`${lines.join("\n")}\n`);
    many.add(`${lines.toReversed().join("\n")}\n`);
    expect(many.difference()).toBe("");
  });

  test("of names that are longer than it keeps", () => {
    const long = new TwoWays({ bufferBytes: 8 * 1024 * 1024 });
    const lines = Array.from({ length: 600 }, (_, index) =>
      lineOf({
        node: `${index}`.padEnd(255, "n"),
        prefix: `calico-packet ${index} `.padEnd(127, "p"),
      }),
    );
    for (let round = 0; round < 2; round++) long.add(`${lines.join("\n")}\n`);
    expect(long.difference()).toBe("");
  });

  test("of lines of one node, whatever their headers say", () => {
    const fixed = new TwoWays({ bufferBytes: SMALL, node: "node-of-settings" });
    for (const node of ["a", "b", "a", "node-of-settings"]) fixed.add(`${lineOf({ node })}\n`);
    expect(fixed.difference()).toBe("");
  });

  test("of 70,000 denials in one batch, and the last of them are kept", () => {
    const ring = new TwoWays({ bufferBytes: 32 * 1024 * 1024 });
    const lines = Array.from({ length: 70_000 }, (_, index) =>
      lineOf({ uptime: `[${index}.000000] ` }),
    );
    ring.add(`${lines.join("\n")}\n`);
    expect(ring.difference()).toBe("");
  });

  test("when the table of open attempts overflows", () => {
    const overflow = new TwoWays({ bufferBytes: 16 * 1024 * 1024 });
    for (let part = 0; part < 5; part++) {
      const lines = Array.from({ length: 40_000 }, (_, index) => {
        const source = `10.${part}.${index >> 8}.${index & 255}`;
        return lineOf().replace("10.244.1.7", source);
      });
      overflow.add(`${lines.join("\n")}\n`);
      expect(overflow.difference()).toBe("");
    }
  });
});
