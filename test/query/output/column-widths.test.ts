import fc from "fast-check";
import { expect, test } from "vitest";
import { columnWidths, GAP_COLUMNS } from "../../../src/query/output/column-widths.ts";

test.for([
  ["all as wide as they like where there is room", [{}, { rank: 1 }], 30, [10, 10]],
  [
    "the one of the highest rank leaves first",
    [{}, { rank: 2 }, { rank: 1 }],
    22,
    [10, undefined, 10],
  ],
  ["one that may be cut is, before another leaves", [{ widthMin: 5 }, { rank: 1 }], 17, [5, 10]],
  ["those without a rank stay, however narrow it is", [{}, {}], 5, [10, 10]],
  ["a pipe has room for all", [{ widthMin: 1 }, { rank: 9 }], Number.POSITIVE_INFINITY, [10, 10]],
] as const)("%s", ([, columns, width, widths]) => {
  expect(
    columnWidths(
      columns,
      columns.map(() => 10),
      width,
    ),
  ).toEqual(widths);
});

test("what is shown fits, unless what may neither leave nor be cut does not", () => {
  const column = fc.record(
    { widthMin: fc.integer({ min: 1, max: 12 }), rank: fc.integer({ min: 0, max: 4 }) },
    { requiredKeys: [] },
  );
  const wanted = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(column, wanted), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 120 }),
      (all, width) => {
        const columns = all.map(([each]) => each);
        const widths = columnWidths(
          columns,
          all.map(([, each]) => each),
          width,
        );
        const total = (some: readonly number[]) =>
          some.reduce((sum, each) => sum + each + GAP_COLUMNS, -GAP_COLUMNS);
        const least = all
          .filter(([{ rank = 0 }]) => rank === 0)
          .map(([{ widthMin }, each]) => Math.min(each, widthMin ?? each));
        const shown = widths.filter((each) => each !== undefined);
        expect(total(shown)).toBeLessThanOrEqual(Math.max(width, total(least)));
      },
    ),
  );
});
