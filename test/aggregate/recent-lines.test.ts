import { describe, expect, test } from "vitest";
import { RecentLines } from "../../src/aggregate/recent-lines.ts";
import { recentBytesMax, recentDenialsMax } from "../../src/model/limits.ts";

const bytes = new Uint8Array();

function add(lines: RecentLines, from: number, to: number, size: number): void {
  for (let number = from; number < to; number++) {
    lines.add(number * size, (number + 1) * size, number, number * 10);
  }
}

describe("RecentLines", () => {
  test("gives the lines of a batch in their order, once", () => {
    const lines = new RecentLines();
    add(lines, 0, 3, 100);
    const taken = lines.take(bytes);
    expect({ ...taken, bytes: undefined }).toEqual({
      count: 3,
      bytes: undefined,
      start: Int32Array.of(0, 100, 200),
      end: Int32Array.of(100, 200, 300),
      flow: Int32Array.of(0, 1, 2),
      time: Float64Array.of(0, 10, 20),
    });
    expect(taken.bytes).toBe(bytes);
    expect(lines.take(bytes).count).toBe(0);
    add(lines, 7, 8, 100);
    expect([...lines.take(bytes).flow]).toEqual([7]);
  });

  test.each([recentDenialsMax, recentDenialsMax + 1, 2 * recentDenialsMax + 17])(
    "keeps the last of %i lines",
    (count) => {
      const lines = new RecentLines();
      add(lines, 0, count, 1);
      const { flow, time } = lines.take(bytes);
      const expected = Array.from(
        { length: recentDenialsMax },
        (_, row) => count - recentDenialsMax + row,
      );
      expect(flow).toEqual(Int32Array.from(expected));
      expect(time).toEqual(Float64Array.from(expected, (number) => number * 10));
    },
  );

  test.each([
    ["as many bytes as may be", recentBytesMax / 4, 4],
    ["one byte more", recentBytesMax / 4 + 1, 3],
    ["one line longer than all", recentBytesMax + 1, 0],
  ])("keeps the last that fit %s", (_, size, kept) => {
    const lines = new RecentLines();
    add(lines, 0, 6, size);
    const { count, flow } = lines.take(bytes);
    expect(count).toBe(kept);
    expect([...flow]).toEqual([0, 1, 2, 3, 4, 5].slice(6 - kept));
  });
});
