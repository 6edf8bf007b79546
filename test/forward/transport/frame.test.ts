import fc from "fast-check";
import { expect, test } from "vitest";
import { frameOverheadMax, putFrame } from "../../../src/forward/transport/frame.ts";
import { putDecimal } from "../../../src/forward/transport/put-decimal.ts";
import type { Framing } from "../../../src/forward/transport/transport.ts";

function framed(framing: Framing, text: string): string {
  const message = Buffer.from(text);
  const into = Buffer.alloc(5 + message.length + frameOverheadMax);
  return into.toString("utf8", 5, putFrame[framing](into, 5, message));
}

test.for<[Framing, text: string, frame: string]>([
  ["octet", "<13>1 - - - - - - hello", "23 <13>1 - - - - - - hello"],
  ["octet", "naïve €", "10 naïve €"],
  ["octet", "two\nlines", "9 two\nlines"],
  ["lf", "naïve €", "naïve €\n"],
])("putFrame.%s counts bytes: %j", ([framing, text, frame]) => {
  expect(framed(framing, text)).toBe(frame);
});

test("putFrame.lf takes no message that would be two", () => {
  expect(() => framed("lf", "one\n<0>1 - - - - - - two")).toThrow("no message holds a line feed");
});

test("putDecimal() writes what String() does", () => {
  fc.assert(
    fc.property(fc.nat({ max: 999_999_999 }), (value) => {
      const into = Buffer.alloc(12, "x");
      expect(into.toString("latin1", 1, putDecimal(into, 1, value))).toBe(String(value));
      expect(into.toString("latin1")).toBe(`x${value}`.padEnd(12, "x"));
    }),
  );
});
