import { describe, expect, test } from "vitest";
import { formatSeen, formatTime, snapOutward } from "../../src/model/time-window.ts";

const MINUTE = 60_000_000;
const micros = (time: string) => Date.parse(time) * 1000;

describe("snapOutward()", () => {
  test.each([
    ["whole minutes stay", 10 * MINUTE, 12 * MINUTE, 10, 12],
    ["a start within a minute moves back", 10 * MINUTE + 1, 12 * MINUTE, 10, 12],
    ["an end within a minute moves on", 10 * MINUTE, 12 * MINUTE + 1, 10, 13],
    ["a moment becomes the minute around it", 10 * MINUTE + 5, 10 * MINUTE + 5, 10, 11],
    ["a whole minute as a moment is empty", 10 * MINUTE, 10 * MINUTE, 10, 10],
    ["times before 1970", -MINUTE - 1, -1, -2, 0],
  ])("%s", (_, from, to, fromMinute, toMinute) => {
    const window = snapOutward(from, to);
    // Not -0, which is 0 to SQL and to people.
    expect([window.fromMinute + 0, window.toMinute + 0]).toEqual([fromMinute, toMinute]);
  });
});

describe("formatTime()", () => {
  test.each([
    [0, 0, "1970-01-01T00:00:00Z"],
    [micros("2026-11-22T14:28:43.250Z") + 843, 0, "2026-11-22T14:28:43Z"],
    [micros("2026-11-22T14:28:43.250Z") + 843, 3, "2026-11-22T14:28:43.250Z"],
    [micros("2026-11-22T14:28:43.250Z") + 843, 6, "2026-11-22T14:28:43.250843Z"],
    [7, 6, "1970-01-01T00:00:00.000007Z"],
    [-1, 6, "1969-12-31T23:59:59.999999Z"],
    [micros("2024-02-29T23:59:59Z") + 999_999, 1, "2024-02-29T23:59:59.9Z"],
  ])("%i with %i digits is %s", (time, digits, expected) => {
    expect(formatTime(time, digits)).toBe(expected);
  });
});

describe("formatSeen()", () => {
  test.each([
    [micros("2026-11-22T14:28:43Z"), "2026-11-22T14:28:43Z"],
    [micros("2026-11-22T14:28:43.5Z"), "2026-11-22T14:28:43.500000Z"],
    [micros("2026-11-22T14:28:43Z") + 1, "2026-11-22T14:28:43.000001Z"],
  ])("%i is %s", (time, expected) => {
    expect(formatSeen(time)).toBe(expected);
  });
});
