import { describe, expect, test } from "vitest";
import { KernelClock } from "../../../src/follow/messages/kernel-clock.ts";

const second = 1_000_000;

describe("KernelClock", () => {
  test("adds the time of the boot", () => {
    const clock = new KernelClock(1000 * second, 400 * second);
    expect(clock.timeOf(10 * second, 1000 * second)).toBe(610 * second);
  });

  test("gives no time of the future", () => {
    const clock = new KernelClock(1000 * second, 400 * second);
    expect(clock.timeOf(405 * second, 1001 * second)).toBe(1001 * second);
  });

  test("a record that was not there at the last look is younger, and those after it too", () => {
    const clock = new KernelClock(1000 * second, 400 * second);
    clock.sawEmpty(1000 * second);
    // printk's clock is 90 s behind.
    expect(clock.timeOf(311 * second, 1002 * second)).toBe(1000 * second);
    expect(clock.timeOf(312 * second, 1002 * second)).toBe(1001 * second);
  });

  test("follows a clock that was put back", () => {
    const clock = new KernelClock(1000 * second, 400 * second);
    clock.sawEmpty(1000 * second);
    expect(clock.timeOf(401 * second, 500 * second)).toBe(500 * second);
    clock.sawEmpty(500 * second);
    expect(clock.timeOf(402 * second, 502 * second)).toBe(501 * second);
  });
});
