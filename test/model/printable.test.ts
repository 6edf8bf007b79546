import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printable } from "../../src/model/printable.ts";
import { runs } from "../long-run.ts";

describe("printable()", () => {
  test.each([
    ["letters of any writing", "Prüfung ноды 节点 עברית ضد", "Prüfung ноды 节点 עברית ضد"],
    ["signs and emoji", "[UFW BLOCK] 🛑 \\ \" ' %", "[UFW BLOCK] 🛑 \\ \" ' %"],
    ["marks that a writing needs", "é̂ ก็้ า", "é̂ ก็้ า"],
    ["the empty text", "", ""],
  ])("leaves %s alone", (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test.each([
    ["colours", "\u001b[31mred\u001b[0m", "\\x1b[31mred\\x1b[0m"],
    ["a title", "\u001b]0;owned\u0007", "\\x1b]0;owned\\x07"],
    ["a link", "\u001b]8;;http://x\u001b\\y", "\\x1b]8;;http://x\\x1b\\y"],
    ["the clipboard", "\u001b]52;c;cm0=\u0007", "\\x1b]52;c;cm0=\\x07"],
    ["a question to the terminal", "\u001b[6n\u001bP$q\u001b\\", "\\x1b[6n\\x1bP$q\\x1b\\"],
    ["CSI and OSC of C1", "\u009b31m\u009d0;x\u009c", "\\x9b31m\\x9d0;x\\x9c"],
    ["line ends", "a\r\nb\nc", "a\\x0d\\x0ab\\x0ac"],
    ["a backspace", "ALLOW\b\b\b\b\bDENY", "ALLOW\\x08\\x08\\x08\\x08\\x08DENY"],
    ["a tab, which moves columns", "a\tb", "a\\x09b"],
    ["NUL and DEL", "\0\u007f", "\\x00\\x7f"],
    ["reordering", "\u202etxt.exe\u202c", "\\u{202e}txt.exe\\u{202c}"],
    ["isolates", "\u2066a\u2069", "\\u{2066}a\\u{2069}"],
    ["marks of direction", "\u200ea\u200fb\u061c", "\\u{200e}a\\u{200f}b\\u{61c}"],
    ["letters without width", "pay\u200bments\u200d\ufeff", "pay\\u{200b}ments\\u{200d}\\u{feff}"],
    ["soft hyphens", "pay\u00adments", "pay\\xadments"],
    ["separators of lines", "a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"],
    ["tags", "a\u{e0041}b", "a\\u{e0041}b"],
    ["half a character", "a\ud83dz\udc00", "a\ufffdz\ufffd"],
    ["letters that are blank", "a\u3164\u115f", "a\\u{3164}\\u{115f}"],
  ])("shows instead of obeying: %s", (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test("stacks no more than three marks on a letter", () => {
    expect(printable(`z${"\u0300".repeat(50)}a`)).toBe(`z${"\u0300".repeat(3)}a`);
  });

  test("leaves nothing that a terminal obeys, in any text", () => {
    const byte = fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCodePoint(code));
    const half = fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code));
    const unit = fc.oneof(byte, half, fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const shown = printable(text);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(/\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u);
        expect(printable(shown)).toBe(shown);
      }),
      { numRuns: runs(1200) },
    );
  });
});
