import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printable } from "../../../src/model/printable.ts";
import { event, flow, notice } from "./examples.ts";
import { formatted } from "./formatted.ts";
import { events } from "./generated-outgoing.ts";
import { parseStrictly } from "./strict-rfc5424.ts";
import { runs } from "../../long-run.ts";

const rawText = (outgoing: Parameters<typeof formatted>[0], messageBytesMax = 8096) =>
  parseStrictly(formatted(outgoing, { format: "raw", messageBytesMax }).bytes);

describe("rawFormat()", () => {
  test("writes a sentence for what has no line", () => {
    expect(rawText(flow).text).toMatch(/^denied tcp 2001:db8::17:12 /);
    expect(rawText(notice).text).toBe(notice.text);
  });

  test("has the text that was read, made harmless, as far as it goes", () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 480, max: 2000 }), (outgoing, messageBytesMax) => {
        const { isCut } = formatted(outgoing, { format: "raw", messageBytesMax });
        const { text } = rawText(outgoing, messageBytesMax);
        const whole = Buffer.from(outgoing.message).toString().replace(/ +$/, "");
        if (isCut) expect(printable(whole).startsWith(text.slice(0, -1))).toBe(true);
        else expect(text === printable(whole)).toBe(true);
      }),
      { numRuns: runs(8000), endOnFailure: true },
    );
  });

  test.each([
    ["an escape", "a\u001bb", String.raw`a\x1bb`],
    ["bytes that are no UTF-8", Buffer.from([0x61, 0xff, 0xc3]), "a\ufffd\ufffd"],
    ["what others have escaped", "a#012b", "a#012b"],
    ["nothing", "", ""],
  ])("shows %s", (_, message, expected) => {
    expect(rawText({ ...event, message: Buffer.from(message) }).text).toBe(expected);
  });

  test("cuts at the end of a character", () => {
    const text = "é🛑".repeat(400);
    for (let max = 480; max < 500; max++) {
      const { text: cut } = rawText({ ...event, message: Buffer.from(text) }, max);
      expect(text.startsWith(cut)).toBe(true);
    }
  });
});
