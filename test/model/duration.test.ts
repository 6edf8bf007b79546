import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/model/duration.ts";
import { MICROS_PER_SECOND } from "../../src/model/time-unit.ts";

test.for<readonly [seconds: number, text: string]>([
  [0, "0s"],
  [90, "1m30s"],
  [300, "5m"],
  [5400, "1h30m"],
  [86_400, "1d"],
  [1_209_600, "14d"],
])("formatDuration() of %d seconds", ([seconds, text]) => {
  expect(formatDuration(seconds * MICROS_PER_SECOND)).toBe(text);
});

test("parseDuration() reads what formatDuration() writes", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), (seconds) => {
      const micros = seconds * MICROS_PER_SECOND;
      expect(parseDuration(formatDuration(micros))).toBe(micros);
    }),
  );
});
