import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { safeYaml } from "../../../src/commands/output/safe-yaml.ts";
import { runs } from "../../long-run.ts";

test.each([
  ["plain text", "shop/web-0", "shop/web-0\n"],
  ["escapes of a terminal", "\u001b[31m", '"\\e[31m"\n'],
  ["C1", "\u009b31m", '"\\u009b31m"\n'],
  ["reordering", "\u202eabc", '"\\u202eabc"\n'],
  ["tags, which are two units", "\u{e0041}", '"\\U000e0041"\n'],
  ["line ends", "a\nb", '"a\\nb"\n'],
  ["what looks like a number", "1.5", '"1.5"\n'],
  ["other writings", "節点", "節点\n"],
])("safeYaml() writes %s", (_, text, expected) => {
  expect(safeYaml(text)).toBe(expected);
});

test("safeYaml() is YAML of the same value, without anything that a terminal obeys", () => {
  const text = fc.string({ unit: "binary" }).filter((each) => each.isWellFormed());
  const value = fc.oneof(text, fc.dictionary(text, fc.array(text)));
  fc.assert(
    fc.property(value, (each) => {
      const yaml = safeYaml(each);
      const wanted = JSON.parse(JSON.stringify(each)) as unknown;
      expect(parse(yaml, { maxAliasCount: 0 })).toEqual(wanted);
      expect(yaml.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u);
    }),
    { numRuns: runs(2000) },
  );
});
