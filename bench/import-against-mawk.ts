/**
 * Claim: `denyscope import` of a 1,000,000-line syslog, every line a denial, takes at most a third
 * of the time in which mawk splits the same lines and counts the same key in memory, and stays
 * under 200 MB. Both read the same file in the same run, in turns; both must count the same for
 * each flow.
 */
import assert from "node:assert/strict";
import { mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awkProgram, countsOf, countsOfDatabase } from "./counts-per-key.ts";
import { importInto, removeDatabase } from "./own-commands.ts";
import { type Command, measure, median, type Run } from "./measure.ts";
import { writeSyslog } from "./syslog-generator.ts";

const ROUNDS = 5;
const RATIO_MAX = 1 / 5;
const MEMORY_MB_MAX = 200;
const SHAPE = { seed: 1, lines: 1_000_000, flows: 10_000, seconds: 3600 };

export async function importAgainstMawk(): Promise<boolean> {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-bench-"));
  const log = join(folder.path, "syslog");
  const database = join(folder.path, "bench.db");
  const { bytes, flows, flowMinutes } = writeSyslog(log, SHAPE);
  console.log(
    `Input: ${SHAPE.lines} lines, ${(bytes / 1e6).toFixed(0)} MB, ${flows} flows by Zipf over ` +
      `${SHAPE.seconds / 60} minutes, ${flowMinutes} flow-minutes, seed ${SHAPE.seed}`,
  );
  console.log(`mawk program (bench/count-flows.awk):\n${readFileSync(awkProgram, "utf8")}`);
  const mawk: Command = { program: "mawk", args: ["-f", awkProgram, log] };
  const imports: Run[] = [];
  const awks: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    awks.push(await measure(mawk));
    removeDatabase(database);
    imports.push(await measure(importInto(database, log)));
  }
  assert.equal(countsOfDatabase(database), countsOf(mawk), "both count the same per flow");
  return report(median(imports), median(awks));
}

function report(ours: Run, theirs: Run): boolean {
  const ratio = ours.ms / theirs.ms;
  console.log(`denyscope import  ${ours.ms.toFixed(0)} ms, peak ${ours.peakMb.toFixed(0)} MB`);
  console.log(`mawk              ${theirs.ms.toFixed(0)} ms, peak ${theirs.peakMb.toFixed(0)} MB`);
  console.log(`ratio             ${ratio.toFixed(2)} (goal: at most ${RATIO_MAX.toFixed(2)})`);
  return ratio <= RATIO_MAX && ours.peakMb < MEMORY_MB_MAX;
}
