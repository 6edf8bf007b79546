import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countsOf, spansOf } from "../../src/query/counts.ts";
import { DAY_START, MINUTE, SeededDatabase } from "./seeded-database.ts";
import { runs } from "../long-run.ts";

const minutesOf = { minute: 1, hour: 60, day: 1440 } as const;

function coveredMinutes(fromMinute: number, toMinute: number): number[] {
  return spansOf({ fromMinute, toMinute }).flatMap(({ unit, from, to }) => {
    const length = minutesOf[unit];
    return Array.from({ length: (to - from) * length }, (_, index) => from * length + index);
  });
}

describe("spansOf()", () => {
  test.each([
    ["nothing", 100, 100, []],
    ["minutes of one hour", 61, 119, ["minute 61-119"]],
    ["an hour", 60, 120, ["hour 1-2"]],
    ["an hour with minutes around it", 59, 121, ["minute 59-60", "hour 1-2", "minute 120-121"]],
    ["minutes of two hours", 59, 61, ["minute 59-61"]],
    ["a day", 1440, 2880, ["day 1-2"]],
    ["hours of two days", 1380, 1500, ["hour 23-25"]],
    [
      "a day with hours and minutes around it",
      1379,
      2941,
      ["minute 1379-1380", "hour 23-24", "day 1-2", "hour 48-49", "minute 2940-2941"],
    ],
    ["days and hours behind them", 0, 2940, ["day 0-2", "hour 48-49"]],
    ["minutes before 1970", -61, 0, ["minute -61--60", "hour -1-0"]],
  ])("takes the coarsest rows: %s", (_, fromMinute, toMinute, expected) => {
    const spans = spansOf({ fromMinute, toMinute });
    expect(spans.map(({ unit, from, to }) => `${unit} ${from}-${to}`)).toEqual(expected);
  });

  test("covers each minute of the window once, and no other", () => {
    const start = fc.integer({ min: 0, max: 4 * 1440 });
    fc.assert(
      fc.property(start, fc.integer({ min: 0, max: 5 * 1440 }), (fromMinute, length) => {
        expect(coveredMinutes(fromMinute, fromMinute + length)).toEqual(
          Array.from({ length }, (_, index) => fromMinute + index),
        );
      }),
      { numRuns: runs(1200) },
    );
  });

  test("takes no more rows than it must", () => {
    fc.assert(
      fc.property(fc.nat({ max: 9999 }), fc.nat({ max: 9999 }), (fromMinute, length) => {
        const spans = spansOf({ fromMinute, toMinute: fromMinute + length });
        const rows = (unit: string) =>
          spans
            .filter((span) => span.unit === unit)
            .reduce((sum, { from, to }) => sum + to - from, 0);
        // Less than an hour of minutes at each end, less than a day of hours.
        expect(rows("minute")).toBeLessThan(120);
        expect(rows("hour")).toBeLessThan(48);
      }),
    );
  });
});

describe("countsOf()", () => {
  const row = fc.record({
    minute: fc.integer({ min: -1500, max: 3000 }),
    packets: fc.integer({ min: 1, max: 9 }),
    src: fc.constantFrom("10.0.0.1", "10.0.0.2"),
  });
  const moment = fc.integer({ min: -1600, max: 3100 });

  test("sums up what lies in the window, as adding up all minutes would", () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30 }),
        fc.array(moment, { minLength: 2, maxLength: 12 }),
        (rows, moments) => {
          using seeded = new SeededDatabase(...rows);
          for (const [index, from] of moments.slice(0, -1).entries()) {
            const to = Math.max(from, moments[index + 1]!);
            const first = DAY_START / MINUTE;
            const window = { fromMinute: first + from, toMinute: first + to };
            const sum = seeded.database
              .prepare(`SELECT total(packets) FROM (${countsOf(window)})`)
              .pluck()
              .get();
            const expected = rows
              .filter(({ minute }) => minute >= from && minute < to)
              .reduce((total, { packets }) => total + packets, 0);
            expect(sum).toBe(expected);
          }
          const all = seeded.database.prepare(
            `SELECT total(packets) FROM (${countsOf(undefined)})`,
          );
          expect(all.pluck().get()).toBe(rows.reduce((total, { packets }) => total + packets, 0));
        },
      ),
      { numRuns: 60 },
    );
  });
});
