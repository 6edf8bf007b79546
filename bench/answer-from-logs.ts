/**
 * Claim: `denyscope top src --log` answers from a 1,000,000-line syslog, every line a denial,
 * before `denyscope import` of the same file is done, and stays under 200 MB; the answer is the one
 * that the database gives. Both read the same file in the same run, in turns.
 */
import assert from "node:assert/strict";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { denyscope } from "./counts-per-key.ts";
import { type Command, measure, median, outputOf, type Run } from "./measure.ts";
import { importInto, removeDatabase } from "./own-commands.ts";
import { writeSyslog } from "./syslog-generator.ts";

const ROUNDS = 5;
const RATIO_MAX = 1;
const MEMORY_MB_MAX = 200;
const SHAPE = { seed: 1, lines: 1_000_000, flows: 10_000, seconds: 3600 };

export async function answerFromLogs(): Promise<boolean> {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-bench-"));
  const log = join(folder.path, "syslog");
  const database = join(folder.path, "bench.db");
  writeSyslog(log, SHAPE);
  const top = (...args: string[]): Command => ({
    program: process.execPath,
    args: [denyscope, "top", "src", ...args],
  });
  const imports: Run[] = [];
  const answers: Run[] = [];
  const windows: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    removeDatabase(database);
    imports.push(await measure(importInto(database, log)));
    answers.push(await measure(top("--log", log)));
    windows.push(await measure(top("--since", "30m", "--log", log)));
  }
  for (const window of [[], ["--since", "30m"]]) {
    const asked = [...window, "-o", "json"];
    const [got, wanted] = [top(...asked, "--log", log), top(...asked, "--db", database)];
    assert.equal(outputOf(got), outputOf(wanted), "both answers are the same");
  }
  return report(median(imports), median(answers), median(windows));
}

function report(imported: Run, answer: Run, window: Run): boolean {
  const shown = ({ ms, peakMb }: Run) => `${ms.toFixed(0)} ms, peak ${peakMb.toFixed(0)} MB`;
  const ratio = answer.ms / imported.ms;
  console.log(`denyscope import                    ${shown(imported)}`);
  console.log(`denyscope top src --log             ${shown(answer)}`);
  console.log(`denyscope top src --since 30m --log ${shown(window)}`);
  console.log(
    `ratio                               ${ratio.toFixed(2)} (goal: at most ${RATIO_MAX})`,
  );
  return ratio <= RATIO_MAX && Math.max(answer.peakMb, window.peakMb) < MEMORY_MB_MAX;
}
