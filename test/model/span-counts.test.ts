import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COUNT_COLUMNS } from "../../src/model/count-row.ts";
import { SpanCounts } from "../../src/model/span-counts.ts";
import { runs } from "../long-run.ts";

type Added = {
  readonly flow: number;
  readonly span: number;
  readonly first: number;
  readonly last: number;
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly flags: number;
};

function add(counts: SpanCounts, { flow, span, first, last, ...rest }: Added): void {
  counts.add(flow, span, first, last, rest.packets, rest.attempts, rest.bytes, rest.flags);
}

/** Rows as SQL sees them: span, flow, packets, attempts, bytes, flags, first, last. */
function rowsOf({ rows, values }: SpanCounts): number[][] {
  return Array.from({ length: rows }, (_, row) => [
    ...values.subarray(row * COUNT_COLUMNS, (row + 1) * COUNT_COLUMNS),
  ]);
}

/** Takes the rows; what comes next is counted anew. */
function taken(counts: SpanCounts): number[][] {
  const rows = rowsOf(counts);
  counts.clear();
  return rows;
}

/** What the store makes of rows: one for each flow and span. */
function summed(rows: readonly number[][]): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const [
    span = 0,
    flow = 0,
    packets = 0,
    attempts = 0,
    bytes = 0,
    flags = 0,
    ...seen
  ] of rows) {
    const [first = 0, last = 0] = seen;
    const before = sums.get(`${span} ${flow}`) ?? [0, 0, 0, 0, Infinity, -Infinity];
    sums.set(`${span} ${flow}`, [
      before[0]! + packets,
      before[1]! + attempts,
      before[2]! + bytes,
      before[3]! | flags,
      Math.min(before[4]!, first),
      Math.max(before[5]!, last),
    ]);
  }
  return sums;
}

const rowOf = ({ span, flow, packets, attempts, bytes, flags, first, last }: Added) => [
  span,
  flow,
  packets,
  attempts,
  bytes,
  flags,
  first,
  last,
];

const one: Added = {
  flow: 3,
  span: 7,
  first: 100,
  last: 100,
  packets: 1,
  attempts: 1,
  bytes: 60,
  flags: 128,
};

describe("SpanCounts", () => {
  test("adds up what belongs to one flow and one span", () => {
    const counts = new SpanCounts();
    add(counts, one);
    add(counts, { ...one, first: 90, last: 120, packets: 5, attempts: 0, bytes: 300, flags: 16 });
    expect(taken(counts)).toEqual([[7, 3, 6, 1, 360, 144, 90, 120]]);
  });

  test("keeps flows and spans apart", () => {
    const counts = new SpanCounts();
    add(counts, one);
    add(counts, { ...one, span: 8 });
    add(counts, { ...one, flow: 4 });
    expect(taken(counts)).toEqual([
      [7, 3, 1, 1, 60, 128, 100, 100],
      [8, 3, 1, 1, 60, 128, 100, 100],
      [7, 4, 1, 1, 60, 128, 100, 100],
    ]);
  });

  test("starts anew after clear()", () => {
    const counts = new SpanCounts();
    add(counts, one);
    expect(counts.rows).toBe(1);
    counts.clear();
    expect(rowsOf(counts)).toEqual([]);
    add(counts, one);
    expect(taken(counts)).toEqual([rowOf(one)]);
    // Row 0 was the other flow's, and its span is the same.
    add(counts, { ...one, flow: 0 });
    add(counts, { ...one, packets: 5 });
    expect(taken(counts)).toEqual([rowOf({ ...one, flow: 0 }), rowOf({ ...one, packets: 5 })]);
    expect(taken(counts)).toEqual([]);
  });

  test("grows with its flows and rows", () => {
    const counts = new SpanCounts();
    const all = Array.from({ length: 5000 }, (_, index) => ({ ...one, flow: index * 7 }));
    for (const each of all) add(counts, each);
    for (const each of all) add(counts, each);
    const rows = taken(counts);
    expect(rows).toEqual(
      all.map((each) => rowOf({ ...each, packets: 2, attempts: 2, bytes: 120 })),
    );
  });

  const added: fc.Arbitrary<Added> = fc.record({
    flow: fc.nat({ max: 6 }),
    span: fc.nat({ max: 4 }),
    first: fc.nat({ max: 1000 }),
    last: fc.nat({ max: 1000 }),
    packets: fc.nat({ max: 9 }),
    attempts: fc.nat({ max: 9 }),
    bytes: fc.nat({ max: 9999 }),
    flags: fc.nat({ max: 511 }),
  });

  test("loses nothing, whatever comes in whatever order and whenever it is taken", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: added }, fc.constant("take" as const)), {
          maxLength: 80,
        }),
        (steps) => {
          const counts = new SpanCounts();
          const rows: number[][] = [];
          for (const step of steps) {
            if (step === "take") rows.push(...taken(counts));
            else add(counts, step);
          }
          rows.push(...taken(counts));
          const expected = steps.filter((step) => step !== "take").map(rowOf);
          expect(summed(rows)).toEqual(summed(expected));
        },
      ),
      { numRuns: runs(2000) },
    );
  });
});
