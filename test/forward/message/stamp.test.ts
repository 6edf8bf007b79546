import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isTime,
  RFC3164_BYTES,
  RFC3339_BYTES,
  writeRfc3164,
  writeRfc3339,
} from "../../../src/forward/message/stamp.ts";
import { formatTime } from "../../../src/model/time-window.ts";
import { runs } from "../../long-run.ts";

function rfc3339(micros: number): string {
  const bytes = Buffer.alloc(RFC3339_BYTES);
  writeRfc3339(bytes, 0, micros);
  return bytes.toString();
}

function rfc3164(iso: string): string {
  const bytes = Buffer.alloc(RFC3164_BYTES);
  writeRfc3164(bytes, 0, Date.parse(iso) * 1000);
  return bytes.toString();
}

test("writeRfc3339() writes what formatTime() does, from day to day and back", () => {
  fc.assert(
    fc.property(fc.nat({ max: Date.UTC(2100, 0) * 1000 - 1 }), (micros) => {
      expect(rfc3339(micros)).toBe(formatTime(micros, 6));
    }),
    { numRuns: runs(8000) },
  );
});

test.each([
  ["2026-11-02T03:04:05Z", "Nov  2 03:04:05"],
  ["2024-02-29T23:59:59.999Z", "Feb 29 23:59:59"],
  ["1970-01-01T00:00:00Z", "Jan  1 00:00:00"],
])("writeRfc3164() writes %s as %s", (iso, expected) => {
  expect(rfc3164(iso)).toBe(expected);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, Date.UTC(2100, 0) * 1000, undefined])(
  "%s is no time that can be written",
  (value) => {
    expect(isTime(value)).toBe(false);
  },
);
