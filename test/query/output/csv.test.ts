import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cell, csvLine } from "../../../src/query/output/csv.ts";
import { runs } from "../../long-run.ts";

describe("csvLine()", () => {
  test.each<[string, readonly Cell[], string]>([
    ["text and numbers", ["a", 1, "b c", -2.5, 0], "a,1,b c,-2.5,0"],
    ["nothing as an empty cell", ["a", undefined, "", "b"], "a,,,b"],
    ["a list as words", [["SYN", "ACK"], []], "SYN ACK,"],
    ["a comma in quotes", ["a,b"], '"a,b"'],
    ["quotes doubled", ['say "no"'], '"say ""no"""'],
    ["line ends as escapes", ["a\r\nb"], "a\\x0d\\x0ab"],
    ["escapes of a terminal as text", ["\u001b[31m"], "\\x1b[31m"],
    ["a dash that stands for nothing", ["-", 1], "-,1"],
    ["an address as it is", ["fd00::1", "10.0.0.1"], "fd00::1,10.0.0.1"],
  ])("writes %s", (_, cells, expected) => {
    expect(csvLine(cells)).toBe(`${expected}\r\n`);
  });

  test.each([
    "=1+1",
    "=cmd|'/c calc'!A0",
    "+1",
    "-1",
    "-1+1|cmd",
    " -",
    "@SUM(A1)",
    " =1",
    "  @x",
    "\u00a0=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
  ])("leaves no formula to a spreadsheet: %j", (text) => {
    const quoted = text.replaceAll('"', '""');
    expect(csvLine([text, "b"])).toBe(`"'${quoted}",b\r\n`);
  });

  test.each(["a=1", "calico-packet: ", "1-2", "x@y", "'=1"])(
    "changes no other text: %s",
    (text) => {
      expect(csvLine([text]).replaceAll('"', "")).toBe(`${text}\r\n`);
    },
  );

  test("is read back as it was by a reader of RFC 4180", () => {
    const text = fc.string({ unit: fc.constantFrom("a", ",", '"', " ", "é", ";") });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (cells) => {
        // A comma before each cell, also before the first.
        const line = `,${csvLine(cells).slice(0, -2)}`;
        const read = [...line.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
          ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
        );
        expect(read).toEqual(cells);
      }),
      { numRuns: runs(2000) },
    );
  });
});
