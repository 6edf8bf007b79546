import { describe, expect, test } from "vitest";
import { RecentLines } from "../../src/aggregate/recent-lines.ts";
import { recentDenialsMax } from "../../src/model/limits.ts";

function add(lines: RecentLines, from: number, to: number, size: number): void {
  for (let number = from; number < to; number++) {
    lines.add(number * size, (number + 1) * size, number, number * 10);
  }
}

/** The row at a place of the ring. */
function rowAt(lines: RecentLines, at: number): number[] {
  return [lines.start[at]!, lines.end[at]!, lines.flow[at]!, lines.time[at]!];
}

describe("RecentLines", () => {
  test("has the lines of a batch in their order", () => {
    const lines = new RecentLines();
    add(lines, 0, 3, 100);
    expect(lines.count).toBe(3);
    expect([0, 1, 2].map((at) => rowAt(lines, at))).toEqual([
      [0, 100, 0, 0],
      [100, 200, 1, 10],
      [200, 300, 2, 20],
    ]);
    lines.clear();
    expect(lines.count).toBe(0);
    add(lines, 7, 8, 100);
    expect([lines.count, ...rowAt(lines, 0)]).toEqual([1, 700, 800, 7, 70]);
  });

  test.each([recentDenialsMax, recentDenialsMax + 1, 2 * recentDenialsMax + 17])(
    "has the last of %i lines, each where its number says",
    (count) => {
      const lines = new RecentLines();
      add(lines, 0, count, 1);
      expect(lines.count).toBe(count);
      const wrong: number[] = [];
      for (let number = count - recentDenialsMax; number < count; number++) {
        const [start, end, flow, time] = rowAt(lines, number % recentDenialsMax);
        const isRight =
          start === number && end === number + 1 && flow === number && time === number * 10;
        if (!isRight) wrong.push(number);
      }
      expect(wrong).toEqual([]);
    },
  );
});
