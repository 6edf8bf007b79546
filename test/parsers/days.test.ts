import fc from "fast-check";
import { expect, test } from "vitest";
import { daysOf } from "../../parsers/days.ts";

test.each([
  [1970, 1, 1, 0],
  [1969, 12, 31, -1],
  [2000, 2, 29, 11_016],
  [2000, 3, 1, 11_017],
  [2026, 11, 22, 20_779],
  [2100, 3, 1, 47_541],
])("daysOf(%i, %i, %i) is %i", (year, month, day, days) => {
  expect(daysOf(year, month, day)).toBe(days);
});

test("daysOf() counts as Date does", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31") }), (date) => {
      const days = daysOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
      expect(days).toBe(Math.floor(date.getTime() / 86_400_000));
    }),
  );
});
