import { appendFileSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rsyslogMissing, startRsyslog } from "../forward/servers/rsyslog-server.ts";
import { startAgent } from "./agent-run.ts";
import { reading } from "./database.ts";
import { destinationsOf, eventsIn, faultsIn, template, untilForwarded } from "./forwarded.ts";
import { needs } from "./machine.ts";
import { numberedLines } from "./numbered-lines.ts";
import { statusOf, untilRead } from "./queries.ts";
import { isLong } from "../long-run.ts";

const missing = rsyslogMissing();
needs("rsyslog with RELP", missing);

/** An hour of 50 denials a second. */
const HOUR = 180_000;
const WRITES = 6;
const MIB = 1024 * 1024;
/** What is written while a bound is looked at once in ten seconds. */
const SPOOL_SLACK_BYTES = 4 * MIB;
/** What memory may grow by while nothing can be sent. */
const GROWTH_MIB_MAX = 24;
const TIMEOUT = { timeout: 240_000 };

describe.skipIf(missing !== undefined)("a server that is away for an hour of traffic", () => {
  test("gets all of it, in order; memory stays as it was", TIMEOUT, async () => {
    const lines = isLong ? HOUR : HOUR / 2;
    await using away = await outage("64MiB", lines);
    const { agent, server, database, spoolBytes } = away;
    expect(spoolBytes).toBeLessThan(64 * MIB);
    expect(away.grownMiB, "MiB").toBeLessThan(GROWTH_MIB_MAX);
    await server.process.startAgain();
    await untilForwarded(database, 120_000);
    await agent.end("SIGTERM");
    const events = eventsIn(server.process.stored());
    expect(faultsIn(events, lines)).toEqual({ missing: 0, sharedIds: 0, secondIds: 0 });
    expect(events.map(({ number }) => number)).toEqual(Array.from({ length: lines }, (_, n) => n));
  });

  test("where the spool is too small, what is missing is accounted for", TIMEOUT, async () => {
    await using away = await outage("1MiB", HOUR);
    const { agent, server, database, spoolBytes } = away;
    expect(spoolBytes).toBeLessThan(MIB + SPOOL_SLACK_BYTES);
    expect(await agent.says("a destination will never get them")).toContain(
      '"reason":"spool-full"',
    );
    await server.process.startAgain();
    await untilForwarded(database, 120_000);
    await agent.end("SIGTERM");
    const numbers = eventsIn(server.process.stored()).map(({ number }) => number);
    const [destination] = Object.values(await destinationsOf(database));
    const { losses, conservation } = await statusOf(database);
    const dropped = destination?.dropped["spool-full"] ?? 0;
    expect(numbers, "in order").toEqual(numbers.toSorted((a, b) => a - b));
    // Its start is a message, too, and the first that is dropped.
    expect(numbers.length + dropped).toBe(HOUR + 1);
    expect(numbers.at(-1)).toBe(HOUR - 1);
    expect(losses.map(({ reason }) => reason)).toContain("not-forwarded");
    expect(losses.reduce((sum, { linesMax = 0 }) => sum + linesMax, 0)).toBe(dropped);
    // They were counted all the same.
    expect(conservation.packets).toMatchObject({ kept: HOUR, holds: true });
  });
});

async function outage(spoolBytesMax: string, lines: number) {
  const folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-outage-"));
  const stack = new AsyncDisposableStack();
  stack.defer(() => folder.remove());
  const server = stack.use(await startRsyslog({ folder: folder.path, inputs: ["relp"], template }));
  const log = join(folder.path, "syslog");
  const database = join(folder.path, "db");
  writeFileSync(log, "");
  const url = `relp://127.0.0.1:${server.ports.relp}`;
  const more = ["--forward", url, "--spool-bytes-max", spoolBytesMax];
  const agent = stack.use(startAgent({ logs: [log], database, more }));
  await agent.says("Following a log");
  await server.process.end("SIGKILL");
  let startMiB = 0;
  for (let from = 0; from < lines; from += lines / WRITES) {
    appendFileSync(log, numberedLines(from, lines / WRITES));
    await untilRead(database, from + lines / WRITES);
    // By then all that an agent loads is loaded.
    if (from === lines / 2) startMiB = residentMiB(agent.pid);
  }
  const grownMiB = residentMiB(agent.pid) - startMiB;
  const spoolBytes = reading(database, (open) =>
    Number(open.prepare("SELECT sum(length(body)) FROM spool").pluck().get()),
  );
  return {
    agent,
    server,
    database,
    spoolBytes,
    grownMiB,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function residentMiB(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}
