import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A program as it is started. */
export type Command = {
  readonly program: string;
  readonly args: readonly string[];
  /** A file for standard input. */
  readonly input?: string | undefined;
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
};

export type Run = { readonly ms: number; readonly peakMb: number };

const OUTPUT_BYTES_MAX = 2 ** 30;

/** Wall time from start to end, and VmHWM, the peak that the kernel kept of the process. */
export async function measure({ program, args, input, environment }: Command): Promise<Run> {
  const stdin = openSync(input ?? "/dev/null", "r");
  const startedAt = performance.now();
  const child = spawn(program, args, {
    stdio: [stdin, "ignore", "ignore"],
    env: { ...process.env, ...environment },
  });
  let peakKb = 0;
  const watch = setInterval(() => {
    peakKb = Math.max(peakKb, peakOf(child.pid!));
  }, 5);
  const status = await new Promise((resolve) => child.once("exit", resolve));
  const ms = performance.now() - startedAt;
  clearInterval(watch);
  closeSync(stdin);
  assert.equal(status, 0, `${program} ends well`);
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

/** The run with the median time, and the highest peak of all. */
export function median(runs: readonly Run[]): Run {
  const peakMb = Math.max(...runs.map((run) => run.peakMb));
  return { ms: medianOf(runs.map(({ ms }) => ms)), peakMb };
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Standard output of a run that must end well. */
export function outputOf({ program, args, input, environment }: Command): string {
  const stdin = openSync(input ?? "/dev/null", "r");
  const { stdout, stderr, status } = spawnSync(program, args, {
    stdio: [stdin, "pipe", "pipe"],
    env: { ...process.env, ...environment },
    encoding: "utf8",
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  closeSync(stdin);
  assert.equal(status, 0, `${program} ends well: ${stderr}`);
  return stdout;
}

export function isInstalled(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;
}

/** One hash of lines in any order. */
export function digest(lines: readonly string[]): string {
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}
