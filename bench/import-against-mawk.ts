/**
 * Claim: `denyscope import` of a 1,000,000-line syslog, every line a denial, takes at most a third
 * of the time in which mawk splits the same lines and counts the same key in memory, and stays
 * under 200 MB. Both read the same file in the same run, in turns; both must count the same for
 * each flow.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSyslog } from "./syslog-generator.ts";

const ROUNDS = 5;
const RATIO_MAX = 1 / 3;
const MEMORY_MB_MAX = 200;
const SHAPE = { seed: 1, lines: 1_000_000, flows: 10_000, seconds: 3600 };
const program = fileURLToPath(new URL("../dist/src/main.js", import.meta.url));
const awk = fileURLToPath(new URL("count-flows.awk", import.meta.url));

type Run = { readonly ms: number; readonly peakMb: number };

export async function importAgainstMawk(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "denyscope-bench-"));
  try {
    const log = join(folder, "syslog");
    const database = join(folder, "bench.db");
    const { bytes, flows, flowMinutes } = writeSyslog(log, SHAPE);
    console.log(
      `Input: ${SHAPE.lines} lines, ${(bytes / 1e6).toFixed(0)} MB, ${flows} flows by Zipf over ` +
        `${SHAPE.seconds / 60} minutes, ${flowMinutes} flow-minutes, seed ${SHAPE.seed}`,
    );
    console.log(`mawk program (bench/count-flows.awk):\n${readFileSync(awk, "utf8")}`);
    const imports: Run[] = [];
    const awks: Run[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      awks.push(await measure("mawk", ["-f", awk, log]));
      for (const suffix of ["", "-wal", "-shm", "-lock"])
        rmSync(database + suffix, { force: true });
      imports.push(await measure(process.execPath, [program, "import", log, "--db", database]));
    }
    assert.equal(flowsOfImport(database), flowsOfMawk(log), "both count the same per flow");
    return report(median(imports), median(awks));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(ours: Run, theirs: Run): boolean {
  const ratio = ours.ms / theirs.ms;
  console.log(`denyscope import  ${ours.ms.toFixed(0)} ms, peak ${ours.peakMb.toFixed(0)} MB`);
  console.log(`mawk              ${theirs.ms.toFixed(0)} ms, peak ${theirs.peakMb.toFixed(0)} MB`);
  console.log(`ratio             ${ratio.toFixed(2)} (goal: at most ${RATIO_MAX.toFixed(2)})`);
  return ratio <= RATIO_MAX && ours.peakMb < MEMORY_MB_MAX;
}

/** The run with the median time, and the highest peak of all. */
function median(runs: readonly Run[]): Run {
  const sorted = runs.toSorted((a, b) => a.ms - b.ms);
  const peakMb = Math.max(...runs.map((run) => run.peakMb));
  return { ms: sorted[Math.floor(sorted.length / 2)]!.ms, peakMb };
}

/** Wall time from start to end, and VmHWM, the peak that the kernel kept of the process. */
async function measure(command: string, args: readonly string[]): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "ignore"] });
  let peakKb = 0;
  const watch = setInterval(() => {
    peakKb = Math.max(peakKb, peakOf(child.pid!));
  }, 5);
  const status = await new Promise((resolve) => child.once("exit", resolve));
  const ms = performance.now() - startedAt;
  clearInterval(watch);
  assert.equal(status, 0, `${command} ends well`);
  return { ms, peakMb: peakKb / 1024 };
}

function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
  } catch {
    // It has ended between two looks.
    return 0;
  }
}

function flowsOfMawk(log: string): string {
  return digest(run("mawk", ["-f", awk, log]).trimEnd().split("\n"));
}

function flowsOfImport(database: string): string {
  const flows = run(process.execPath, [program, "flows", "--db", database, "-o", "jsonl"]);
  const keys = flows
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string | number>)
    .map((f) =>
      [f["src"], f["dst"], f["protocol"], f["dstPort"], f["in"], f["out"], f["node"]]
        .concat(f["packets"])
        .join(" "),
    );
  return digest(keys);
}

function run(command: string, args: readonly string[]): string {
  const { stdout, status } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 30 });
  assert.equal(status, 0, `${command} ends well`);
  return stdout;
}

function digest(lines: readonly string[]): string {
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}
