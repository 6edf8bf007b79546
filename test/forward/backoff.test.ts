import { expect, test } from "vitest";
import { Backoff } from "../../src/forward/backoff.ts";

const longest = () => 1;

test("the bound of the pause doubles with each failure, up to a minute", () => {
  const backoff = new Backoff(longest);
  const pauses = Array.from({ length: 8 }, () => backoff.next());
  expect(pauses).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test("a pause is never shorter than a second, and anywhere up to its bound", () => {
  const pauses = Array.from({ length: 200 }, () => {
    const backoff = new Backoff();
    backoff.next();
    return backoff.next();
  });
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(4000);
  expect(new Set(pauses.map(Math.floor)).size).toBeGreaterThan(20);
});

test("after a success it begins anew", () => {
  const backoff = new Backoff(longest);
  for (let n = 0; n < 5; n++) backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(2000);
});
