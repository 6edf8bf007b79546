import { expect, test } from "vitest";
import { printable } from "../../src/model/printable.ts";
import { SeededDatabase } from "../query/seeded-database.ts";
import { KeyedState } from "./keyed-state.ts";

/** What a terminal would obey, or what would hide or cover other text. */
const hostile = [
  ["a CSI sequence", "\u001b[2J\u001b[1;1H"],
  ["an OSC sequence", "\u001b]0;title\u0007"],
  ["an OSC 52 that writes the clipboard", "\u001b]52;c;cm0gLXJm\u001b\\"],
  ["a DCS sequence", "\u001bP$q\u001b\\"],
  ["C1 controls", "\u009b31m\u009d0;x\u009c"],
  ["line ends", "a\r\nb\u2028c"],
  ["bidirectional overrides", "\u202egnp.exe\u2066x"],
  ["zero width and tags", "a\u200bb\u{e0041}"],
  ["a storm of combining marks", `x${"\u0301".repeat(500)}`],
  ["wide characters", "漢字".repeat(30)],
  ["half a character", "\ud800"],
] as const;

// oxlint-disable-next-line no-control-regex -- it is what must not be there
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;

const walks: readonly (readonly string[])[] = [
  [],
  ["tab", "tab", "tab", "enter"],
  ["2"],
  ["2", "right", "right", "right", "right", "right", "enter"],
  ["2", "enter"],
  ["2", "b", "up", "h"],
  ["3", "l"],
  ["4"],
  ["?"],
  ["y"],
];

test.for(hostile)("%s in a log gets through no screen", ([, text]) => {
  using seeded = new SeededDatabase(
    { prefix: `calico-packet ${text}: `, node: `n${text}`, packets: 3 },
    { in: `cali${text}`.slice(0, 15), packets: 2 },
  );
  seeded.database
    .prepare("INSERT INTO recent_denials (id, time, flow, line) VALUES (1, 1, 1, ?)")
    .run(Buffer.from(`kernel: ${text} IN=`));
  for (const size of [
    { columns: 80, rows: 24 },
    { columns: 200, rows: 50 },
  ]) {
    for (const keys of walks) {
      const { lines } = new KeyedState(seeded, size).press(...keys);
      expect(lines).toHaveLength(size.rows);
      for (const line of lines) {
        expect(line).not.toMatch(unsafe);
        expect(printable(line)).toBe(line);
      }
    }
  }
});

test("hostile text that is typed or copied is shown as text", () => {
  using seeded = new SeededDatabase({});
  const screen = new KeyedState(seeded).press("/").type("x\u001b[2Jy");
  expect(screen.text).not.toContain("\u001b");
});
