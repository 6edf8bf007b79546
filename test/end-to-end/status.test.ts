import Database from "better-sqlite3";
import stringWidth from "string-width";
import { beforeAll, describe, expect, test } from "vitest";
import { otherLineKinds, rejectReasonHelp, rejectReasons } from "../../src/model/line-kind.ts";
import type { Status } from "../../src/query/status.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, programMissing } from "./machine.ts";
import { outputOf } from "./program.ts";
import { shownOnTerminal } from "./terminal.ts";

const MANY = 1_234_567;
const hostile = "forged\x1b[2J\u202e line";

const place = new Place();
const database = place.path("db");

/** A database that has met every kind of line very often. */
beforeAll(async () => {
  await outputOf(["import", place.write("syslog", denialLines({ lines: 100 })), "--db", database]);
  const rows = new Database(database);
  const addLines = rows.prepare("INSERT INTO source_lines VALUES (1, ?, ?)");
  for (const kind of otherLineKinds) addLines.run(kind, MANY);
  const addRejects = rows.prepare("INSERT INTO source_rejects VALUES (1, ?, ?)");
  const addExample = rows.prepare(
    "INSERT INTO rejected_examples (reason, source, seen_at, line) VALUES (?, 1, 0, ?)",
  );
  for (const reason of [...rejectReasons, "suspect"]) {
    if (reason !== "suspect") addRejects.run(reason, MANY);
    for (const name of ["first", "second", "third"]) {
      addExample.run(reason, Buffer.from(`${reason} ${name} ${"x".repeat(200)} ${hostile}`));
    }
  }
  rows
    .prepare("UPDATE sources SET lines = lines + ?")
    .run(MANY * (otherLineKinds.length + rejectReasons.length));
  rows.close();
  return () => place[Symbol.dispose]();
});

const noTerminal = programMissing("script");
needs("a terminal", noTerminal);

describe.skipIf(noTerminal !== undefined)("on a terminal", () => {
  test.for([
    ["table", 80, 24],
    ["wide", 80, 24],
    ["table", 200, 50],
    ["wide", 200, 50],
  ] as const)("-o %s fits %i columns", async ([output, columns, rows]) => {
    const { shown } = await shownOnTerminal(
      ["status", "-o", output, "--db", database],
      columns,
      rows,
    );
    const lines = shown.trimEnd().split("\n");
    expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
    const at = lines.findIndex((line) => line.startsWith("Lines "));
    const more = lines.slice(at + 1, at + 8).filter((line) => line.startsWith(" "));
    expect(more.length, "lines that the sum goes on in").toBeGreaterThan(columns === 80 ? 2 : 0);
    expect(more.every((line) => /^ {10}\S/.test(line))).toBe(true);
  });

  test("-o json is the same, whatever the terminal", async () => {
    const json = await outputOf(["status", "-o", "json", "--db", database]);
    const { shown } = await shownOnTerminal(["status", "-o", "json", "--db", database], 80, 24);
    expect(shown).toBe(json);
    expect((JSON.parse(json) as Status).rejectedExamples).toHaveLength(
      3 * (rejectReasons.length + 1),
    );
  });
});

test("the sum adds up on one line where nothing limits it", async () => {
  const text = await outputOf(["status", "--db", database]);
  const [, read = "", denials = "", rest = ""] =
    /^Lines {5}([\d,]+) read = ([\d,]+) denials (.*)$/m.exec(text) ?? [];
  const numbers = [...rest.matchAll(/\+ ([\d,]+) (other|rejected)/g)].map(([, number = ""]) =>
    numberOf(number),
  );
  expect(numbers).toHaveLength(2);
  expect(numberOf(denials) + numbers[0]! + numbers[1]!).toBe(numberOf(read));
});

test("-o wide shows some examples of each reason, newest first, in full, harmless", async () => {
  const wide = await outputOf(["status", "-o", "wide", "--db", database]);
  expect(await outputOf(["status", "--db", database])).not.toContain("Examples");
  for (const reason of [...rejectReasons, "suspect"]) {
    const text = `${"x".repeat(200)} forged\\x1b[2J\\u{202e} line`;
    expect(wide).toContain(`    ${reason} third ${text}\n    ${reason} second ${text}\n`);
    expect(wide).not.toContain(`${reason} first`);
  }
  expect(wide).toContain(`  cut-short: ${rejectReasonHelp["cut-short"]}\n`);
  expect(wide).toContain("  suspect: the kernel cannot have written it\n");
});

function numberOf(text: string): number {
  return Number(text.replaceAll(",", ""));
}
