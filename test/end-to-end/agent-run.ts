import { setTimeout as sleep } from "node:timers/promises";
import { countedNumbers } from "./numbered-lines.ts";
import { type RunOptions, type Running, startDenyscope } from "./program.ts";

/**
 * What every agent of the tests is told: nobody needs its port, and each line is a flow of its own,
 * which must not fold.
 */
const flowBound = ["--flows-per-minute-max", "1000000"];
const agentFlags = ["--node", "worker", "--listen", "none", ...flowBound];

export type AgentPlan = {
  /** Paths and patterns. */
  readonly logs: readonly string[];
  readonly database: string;
  readonly rotateWaitSeconds?: number;
  readonly more?: readonly string[];
};

export function agentArguments(plan: AgentPlan): readonly string[] {
  const { logs, database, rotateWaitSeconds, more = [] } = plan;
  const wait = rotateWaitSeconds === undefined ? [] : ["--rotate-wait", String(rotateWaitSeconds)];
  return ["agent", ...logs, "--db", database, ...agentFlags, ...wait, ...more];
}

export function startAgent(plan: AgentPlan, options?: RunOptions): Running {
  return startDenyscope(agentArguments(plan), options);
}

/** Waits until all the numbers are counted; false when that takes too long. */
export async function untilCounted(
  database: string,
  numbers: readonly number[],
  msMax = 10_000,
): Promise<boolean> {
  const POLL_MS = 50;
  for (const deadline = Date.now() + msMax; Date.now() < deadline; await sleep(POLL_MS)) {
    const counted = countedNumbers(database);
    if (numbers.every((number) => counted.has(number))) return true;
  }
  return false;
}
