import fc from "fast-check";
import { expect, test } from "vitest";
import { generatedLine } from "./generated-line.ts";
import { readLine } from "./read-line.ts";
import { runs } from "../long-run.ts";

test("denialOf() gives the values that a line of the grammar was made from", () => {
  fc.assert(
    fc.property(generatedLine, ({ line, denial }) => {
      expect(readLine(line)).toEqual({ result: "log", denial });
    }),
    { numRuns: runs(40_000) },
  );
});
