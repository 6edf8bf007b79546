/**
 * Claim: in the terminal UI, a key is answered within 50 ms in the median while a query is under
 * way: a statement of SQL that takes seconds, or the overview of a database of 5,000,000
 * flow-minutes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { denyscope } from "./counts-per-key.ts";
import { medianOf } from "./measure.ts";
import { queriedDatabase } from "./queried-database.ts";
import { TerminalRun } from "./terminal-run.ts";

const MS_MAX = 50;
const KEYS = 50;
/** Between two keys, for what the screen draws of one to be over before the next. */
const PAUSE_MS = 60;
/** While the overview is counted again: it takes longer than these. */
const KEYS_PER_OVERVIEW = 2;
const COMPLETE = /a bar is[^]*▸/;
const TAB = "\t";
/** The lists of the overview, in the order in which tab leads to them. */
const lists = ["Sources", "Destinations", "Ports", "Policies", "Directions"];
const ESCAPE = "\u001b";
const SLOW_SQL =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) " +
  "SELECT max(i) FROM n";

export async function tuiKeys(): Promise<boolean> {
  const args = [denyscope, "tui", "--db", queriedDatabase()];
  const found = {
    "a statement of SQL": await duringSql(args),
    "an overview": await duringOverview(args),
  };
  console.log(
    `| while this is under way | keys | median ms | worst ms |\n| --- |${" ---: |".repeat(3)}`,
  );
  for (const [name, times] of Object.entries(found)) {
    const [median, worst] = [medianOf(times), Math.max(...times)];
    console.log(`| ${name} | ${times.length} | ${median.toFixed(1)} | ${worst.toFixed(1)} |`);
  }
  return Object.values(found).every((times) => medianOf(times) <= MS_MAX);
}

/** An overview above the statement, which goes on, and there from list to list. */
async function duringSql(args: readonly string[]): Promise<number[]> {
  await using run = new TerminalRun({ program: process.execPath, args });
  await run.until(COMPLETE);
  run.forget();
  run.press(`:sql ${SLOW_SQL}\r`);
  await run.until(/Running/);
  run.forget();
  run.press("1");
  await run.until(COMPLETE);
  const times: number[] = [];
  while (times.length < KEYS) times.push(await tabbed(run, times.length));
  return times;
}

/** Who comes back to the overview sees it as it was, while it is counted again. */
async function duringOverview(args: readonly string[]): Promise<number[]> {
  await using run = new TerminalRun({ program: process.execPath, args });
  await run.until(COMPLETE);
  const times: number[] = [];
  while (times.length < KEYS) {
    run.forget();
    run.press("2");
    await run.until(/› Flows/);
    run.forget();
    run.press(ESCAPE);
    await run.until(/◆/);
    for (let key = 0; key < KEYS_PER_OVERVIEW; key++) {
      times.push(await tabbed(run, times.length));
    }
  }
  return times;
}

/** Goes on to the next list, having gone on so often. */
async function tabbed(run: TerminalRun, before: number): Promise<number> {
  await sleep(PAUSE_MS);
  return await run.answered(TAB, new RegExp(`◆ ${lists[(before + 1) % lists.length]}`));
}
