/**
 * Claims: `denyscope tui` has something on the terminal within 300 ms and its first frame within a
 * second, on a database of 5,000,000 flow-minutes; and of a 1,000,000-line syslog (324 MB), every
 * line a denial, it shows the complete first screen in at most half the time that `lnav -n` takes
 * to index the file. All in the same run, in turns.
 */
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { denyscope } from "./counts-per-key.ts";
import { isInstalled, measure, median, medianOf, type Run } from "./measure.ts";
import { queriedDatabase } from "./queried-database.ts";
import { writeSyslog } from "./syslog-generator.ts";
import { TerminalRun } from "./terminal-run.ts";

const ROUNDS = 3;
const FIRST_BYTE_MS_MAX = 300;
const FIRST_FRAME_MS_MAX = 1000;
const RATIO_MAX = 0.5;
const SHAPE = { seed: 1, lines: 1_000_000, flows: 10_000, seconds: 3600 };

/** Milliseconds from the start until each of these is on the terminal. */
const marks = {
  "something is there": /./,
  "first frame": /Overview/,
  "totals and histogram": /packets denied[^]*a bar is/,
  "complete first screen": /a bar is[^]*▸/,
} as const;
type Mark = keyof typeof marks;
type Start = Readonly<Record<Mark, number>>;

export async function tuiStart(): Promise<boolean> {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-bench-"));
  const log = join(folder.path, "syslog");
  writeSyslog(log, SHAPE);
  const database = queriedDatabase();
  const ofDatabase: Start[] = [];
  const ofLog: Start[] = [];
  const lnav: Run[] = [];
  const hasLnav = isInstalled("lnav");
  for (let round = 0; round < ROUNDS; round++) {
    ofDatabase.push(await started(["--db", database]));
    ofLog.push(await started([log]));
    // Without a command it prints the file, which takes longer.
    const command = { program: "lnav", args: ["-n", "-c", ":quit", log] };
    if (hasLnav) lnav.push(await measure({ ...command, environment: { HOME: folder.path } }));
  }
  return report(ofDatabase, ofLog, hasLnav ? median(lnav) : undefined);
}

async function started(args: readonly string[]): Promise<Start> {
  await using run = new TerminalRun({
    program: process.execPath,
    args: [denyscope, "tui", ...args],
  });
  const times: Partial<Record<Mark, number>> = {};
  for (const mark of Object.keys(marks) as Mark[]) times[mark] = await run.until(marks[mark]);
  return times as Start;
}

function report(ofDatabase: readonly Start[], ofLog: readonly Start[], lnav?: Run): boolean {
  const names = Object.keys(marks) as Mark[];
  const medianUntil = (starts: readonly Start[], mark: Mark) =>
    medianOf(starts.map((start) => start[mark]));
  console.log("| ms until | database of 5,000,000 flow-minutes | log of 1,000,000 lines |");
  console.log("| --- | ---: | ---: |");
  for (const mark of names) {
    const cells = [ofDatabase, ofLog].map((starts) => medianUntil(starts, mark).toFixed(0));
    console.log(`| ${mark} | ${cells.join(" | ")} |`);
  }
  const complete = medianUntil(ofLog, "complete first screen");
  if (lnav === undefined) {
    console.log("\nlnav is not installed: the time that it takes is not known");
  } else {
    const ratio = (complete / lnav.ms).toFixed(2);
    console.log(`\nlnav -n indexes the file and shows nothing: ${lnav.ms.toFixed(0)} ms`);
    console.log(`tui FILE shows its complete first screen: ${complete.toFixed(0)} ms, ${ratio}`);
  }
  const isSoon = [ofDatabase, ofLog].every(
    (starts) => medianUntil(starts, "something is there") <= FIRST_BYTE_MS_MAX,
  );
  const isDrawn = medianUntil(ofDatabase, "first frame") <= FIRST_FRAME_MS_MAX;
  return isSoon && isDrawn && (lnav === undefined || complete <= lnav.ms * RATIO_MAX);
}
