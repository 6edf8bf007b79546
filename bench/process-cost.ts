import { readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/** What the kernel has accounted to a process so far, with all its threads. */
export type Usage = {
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly residentMb: number;
};

export type Cost = {
  readonly cpuSeconds: number;
  /** Of one core. */
  readonly cpuPercent: number;
  /** At the end. */
  readonly residentMb: number;
  readonly grownMb: number;
};

export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name, in parentheses, may hold spaces; utime and stime are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    atMs: performance.now(),
    cpuSeconds: ticks / TICKS_PER_SECOND,
    residentMb: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024,
  };
}

/** What a process has used between two looks. */
export function costOf(before: Usage, after: Usage): Cost {
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  return {
    cpuSeconds,
    cpuPercent: (100_000 * cpuSeconds) / (after.atMs - before.atMs),
    residentMb: after.residentMb,
    grownMb: after.residentMb - before.residentMb,
  };
}
