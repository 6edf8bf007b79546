import fc from "fast-check";
import { expect, test } from "vitest";
import { safeJson } from "../../../src/query/output/safe-json.ts";
import { runs } from "../../long-run.ts";

test.each([
  ["escapes of a terminal", "\u001b[31m", '"\\u001b[31m"'],
  ["C1", "\u009b31m", '"\\u009b31m"'],
  ["DEL", "\u007f", '"\\u007f"'],
  ["reordering", "\u202eabc", '"\\u202eabc"'],
  ["tags, which are two units", "\u{e0041}", '"\\udb40\\udc41"'],
  ["line ends", "a\nb", '"a\\nb"'],
  ["other writings", "節点", '"節点"'],
])("safeJson() writes %s", (_, text, expected) => {
  expect(safeJson(text)).toBe(expected);
});

test("safeJson() indents as JSON does", () => {
  expect(safeJson({ a: [1, "\u001b"] }, 2)).toBe('{\n  "a": [\n    1,\n    "\\u001b"\n  ]\n}');
});

test("safeJson() is JSON of the same value, without anything that a terminal obeys", () => {
  const text = fc.string({ unit: "binary" });
  const value = fc.oneof(text, fc.dictionary(text, fc.array(text)));
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 2), (each, indent) => {
      const json = safeJson(each, indent);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(each)));
      expect(json.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u);
    }),
    { numRuns: runs(2000) },
  );
});
