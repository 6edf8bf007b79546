import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Flow, FlowsAnswer } from "../../src/query/flows.ts";
import type { Status } from "../../src/query/status.ts";
import { committedOffset } from "./database.ts";
import { denyscope, outputOf } from "./program.ts";
import { whileUnwritten } from "./while-unwritten.ts";

const WAIT_MS_MAX = 60_000;

export async function statusOf(database: string): Promise<Status> {
  return JSON.parse(await outputOf(["status", "--db", database, "-o", "json"])) as Status;
}

export async function flowsOf(
  database: string,
  ...filters: readonly string[]
): Promise<FlowsAnswer> {
  const text = await outputOf(["flows", "--db", database, "-o", "json", ...filters]);
  return JSON.parse(text) as FlowsAnswer;
}

/** What of a flow does not depend on the time of its lines, in the order of the flows' keys. */
export function packetsPerFlow(flows: readonly Flow[]): readonly string[] {
  return flows
    .map(({ src, dst, protocol, dstPort, icmpType, icmpCode, ...flow }) => {
      const key = [src, dst, protocol, dstPort, icmpType, icmpCode, flow.in, flow.out, flow.prefix];
      return [...key, flow.packets, flow.bytes].join(" ");
    })
    .toSorted();
}

/** Waits until that many lines are committed, and not one more. */
export async function untilRead(database: string, lines: number): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  let read = 0;
  while (read < lines && Date.now() < deadline) {
    await sleep(100);
    read = await linesRead(database);
  }
  expect(read, "lines read").toBe(lines);
}

const linesRead = whileUnwritten(async (database) => {
  const { status, stdout } = await denyscope(["status", "--db", database, "-o", "json"]);
  // The agent that makes the database may not have come so far.
  return status === 0 ? (JSON.parse(stdout) as Status).conservation.lines.read : 0;
});

/** Waits for the first commit that has a line in it. */
export async function untilCommitted(database: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while ((committedOffset(database) ?? 0) === 0) {
    expect(Date.now(), "a line is committed in time").toBeLessThan(deadline);
    await sleep(20);
  }
}
