import { expect, test } from "vitest";
import { wrapped } from "../../../src/commands/output/wrapped.ts";

test.each<[text: string, width: number | undefined, expected: string]>([
  ["abcdef", undefined, "  abcdef\n"],
  ["abcdef", 8, "  abcdef\n"],
  ["abcdef", 7, "  abcde\n  f\n"],
  ["abcdef", 4, "  ab\n  cd\n  ef\n"],
  // Two columns each.
  ["漢字漢字", 6, "  漢字\n  漢字\n"],
  ["e\u0301e\u0301e\u0301", 4, "  e\u0301e\u0301\n  e\u0301\n"],
  ["", 10, "\n"],
  ["one two three", 9, "  one two\n  three\n"],
  ["one  two", 6, "  one\n  two\n"],
  ["a longerword b", 8, "  a\n  longer\n  word b\n"],
  ["ab", 1, "  a\n  b\n"],
])("wrapped() %j at %s columns", (text, width, expected) => {
  expect(wrapped(text, 2, width)).toBe(expected);
});
