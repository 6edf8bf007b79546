import fc from "fast-check";
import { expect, test } from "vitest";
import { ResendWindow } from "../../../src/forward/transport/resend-window.ts";

test("ResendWindow settles what has so many bytes behind it, and nothing else", () => {
  const write = fc.integer({ min: 1, max: 300_000 });
  fc.assert(
    fc.property(fc.array(write), fc.nat({ max: 1_000_000 }), (writes, resendBytes) => {
      const window = new ResendWindow(resendBytes);
      const ends: number[] = [];
      let [written, settled] = [0, -1];
      for (const bytes of writes) {
        written += bytes;
        ends.push(written);
        window.wrote(ends.length - 1, bytes);
        settled = window.handed(bytes) ?? settled;
        const due = ends.findLastIndex((end) => end + resendBytes <= written);
        expect(settled).toBeLessThanOrEqual(due);
        // Small writes are remembered as one of at most 64 KiB and the write that made it so long.
        const surely = ends.findLastIndex((end) => end + resendBytes + 364 * 1024 <= written);
        expect(settled).toBeGreaterThanOrEqual(surely);
      }
    }),
  );
});

test("ResendWindow settles nothing that the kernel has not taken", () => {
  const window = new ResendWindow(1000);
  for (let ticket = 0; ticket < 100; ticket++) window.wrote(ticket, 100_000);
  expect(window.handed(100_000)).toBe(undefined);
  expect(window.handed(999)).toBe(undefined);
  expect(window.handed(1)).toBe(0);
});

test("ResendWindow settles nothing by itself when all was taken", () => {
  const window = new ResendWindow(1000);
  window.wrote(7, 1000);
  expect(window.handed(1000)).toBe(undefined);
});
