import { expect, test } from "vitest";
import { labelled } from "../../../src/commands/output/labelled.ts";

const parts = ["1,234 read", "= 1,000 denials", "+ 234 other (200 ordinary,", "34 trace)"];

test.each<[number | undefined, string[]]>([
  [undefined, ["Lines     1,234 read = 1,000 denials + 234 other (200 ordinary, 34 trace)"]],
  [73, ["Lines     1,234 read = 1,000 denials + 234 other (200 ordinary, 34 trace)"]],
  [71, ["Lines     1,234 read = 1,000 denials + 234 other (200 ordinary,", "          34 trace)"]],
  [
    40,
    [
      "Lines     1,234 read = 1,000 denials",
      "          + 234 other (200 ordinary,",
      "          34 trace)",
    ],
  ],
  // A part is never torn, however narrow the terminal is.
  [
    5,
    [
      "Lines     1,234 read",
      "          = 1,000 denials",
      "          + 234 other (200 ordinary,",
      "          34 trace)",
    ],
  ],
])("labelled() at %s columns", (width, expected) => {
  expect(labelled("Lines", parts, width)).toBe(expected.map((line) => `${line}\n`).join(""));
});
