import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketsMax, bucketsOf, intervalOf } from "../../src/query/interval.ts";

const DAY = 1440;
const everything = { minute: 0, hour: 0, day: 0 };
/** Minutes are kept from day 10 on, hours from day 5. */
const kept = { minute: 10 * DAY, hour: 5 * 24, day: 0 };

test.for<readonly [what: string, window: readonly [number, number], most: number, minutes: number]>(
  [
    ["an hour", [0, 60], 60, 1],
    ["an hour in few", [0, 60], 12, 5],
    ["an hour and a minute", [0, 61], 60, 2],
    ["one that begins within an interval", [1, 61], 12, 10],
    ["half a day", [0, DAY / 2], 60, 15],
    ["a day", [0, DAY], 60, 60],
    ["a week", [0, 7 * DAY], 60, 180],
    ["a year", [0, 365 * DAY], 60, 7 * DAY],
    ["ten years", [0, 3650 * DAY], 60, 112 * DAY],
  ],
)("intervalOf() %s in at most so many", ([, [fromMinute, toMinute], most, minutes]) => {
  const window = { fromMinute, toMinute };
  expect(intervalOf(window, { bucketsMax: most }, everything)).toEqual({ minutes });
});

test.for<readonly [what: string, from: number, asked: number, answered: object]>([
  ["within the minutes", 10 * DAY, 5, { minutes: 5 }],
  ["before them", 9 * DAY, 5, { minutes: 60, snappedTo: "hour" }],
  ["before them, of more than an hour", 9 * DAY, 90, { minutes: 120, snappedTo: "hour" }],
  ["before them, of whole hours", 9 * DAY, 120, { minutes: 120 }],
  ["before the hours", 4 * DAY, 60, { minutes: DAY, snappedTo: "day" }],
  ["before the hours, of whole days", 4 * DAY, 2 * DAY, { minutes: 2 * DAY }],
])("intervalOf() what is kept %s", ([, fromMinute, minutes, answered]) => {
  const window = { fromMinute, toMinute: 11 * DAY };
  expect(intervalOf(window, { minutes }, kept)).toEqual(answered);
});

test("intervalOf() refuses more intervals than anybody can look at", () => {
  const window = { fromMinute: 0, toMinute: 20_000 };
  expect(() => intervalOf(window, { minutes: 1 }, everything)).toThrow(
    "Cannot show 20000 intervals of 1 minutes: expected at most 10000; name a longer --interval " +
      "or a later --since",
  );
});

test("intervalOf() keeps to the most, whatever the window", () => {
  const windows = fc.record({ from: fc.nat(30_000_000), length: fc.nat(6_000_000) });
  fc.assert(
    fc.property(windows, fc.integer({ min: 2, max: bucketsMax }), ({ from, length }, most) => {
      const window = { fromMinute: from, toMinute: from + length + 1 };
      const { minutes } = intervalOf(window, { bucketsMax: most }, everything);
      expect(bucketsOf(window, minutes)).toBeLessThanOrEqual(most);
    }),
  );
});
