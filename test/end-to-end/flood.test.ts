import { mkdtempDisposableSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { randomFrom } from "../../bench/syslog-generator.ts";
import { startAgent } from "./agent-run.ts";
import { containerHeap } from "./built-program.ts";
import { committedOffset, integrityOf, packetSums } from "./database.ts";
import { writeFlood } from "./flood-log.ts";
import { flowsOf, statusOf } from "./queries.ts";
import { isLong } from "../long-run.ts";

const MIB = 1024 * 1024;

const flood = isLong
  ? { lines: 5_000_000, flowsPerMinuteMax: 50_000, seconds: 300 }
  : { lines: 200_000, flowsPerMinuteMax: 1000, seconds: 300 };
const shape = { ...flood, sources: 2 ** 24, steady: 50, steadyEvery: 100 };
/** A run with as many lines of few flows, to compare with. */
const calm = { ...shape, sources: 10_000 };
const RSS_MIB_MAX = 256;
const DATABASE_BYTES_MAX = (isLong ? 128 : 32) * MIB;
const UNTIL_MS_MAX = 110_000;

type Run = { readonly seconds: number; readonly rssMib: number };

/** Follows a log that is there until it is all counted. */
async function catchUp(log: string, database: string, more: readonly string[]): Promise<Run> {
  const bytes = statSync(log).size;
  const startedAt = performance.now();
  await using agent = startAgent({ logs: [log], database, more }, { nodeOptions: containerHeap });
  const deadline = startedAt + UNTIL_MS_MAX;
  while (committedOffset(database) !== bytes && performance.now() < deadline) await sleep(50);
  const seconds = (performance.now() - startedAt) / 1000;
  const status = readFileSync(`/proc/${agent.pid}/status`, "utf8");
  await agent.end("SIGTERM");
  return { seconds, rssMib: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024 };
}

function valuesOf(path: string, sql: string): readonly unknown[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare(sql).raw().all();
  } finally {
    database.close();
  }
}

const bounded = ["--flows-per-minute-max", String(flood.flowsPerMinuteMax)];

test("a flood of sources keeps memory and database bounded, totals exact, steady flows apart", {
  timeout: 600_000,
}, async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-flood-"));
  const log = join(folder.path, "syslog");
  const path = join(folder.path, "flood.db");
  const { steadyLines, perDestination } = writeFlood(log, shape);
  const flooded = await catchUp(log, path, bounded);
  writeFlood(log, calm);
  const compared = await catchUp(log, join(folder.path, "calm.db"), bounded);

  const status = await statusOf(path);
  const { size } = statSync(path);
  const rate = ({ seconds }: Run) => Math.round(shape.lines / seconds);
  process.stdout.write(
    `${shape.lines} lines: ${rate(flooded)} lines/s, ${flooded.rssMib.toFixed(0)} MiB, database ` +
      `${(size / MIB).toFixed(1)} MiB; without the flood ${rate(compared)} lines/s, ` +
      `${compared.rssMib.toFixed(0)} MiB\n`,
  );
  expect(status.conservation.lines).toMatchObject({ read: shape.lines, holds: true });
  expect(status.conservation.packets).toMatchObject({ logged: shape.lines, holds: true });
  expect(packetSums(path)).toEqual([shape.lines, shape.lines, shape.lines]);
  expect(integrityOf(path)).toBe("ok");
  expect(
    valuesOf(
      path,
      `SELECT sum(d.packets), sum(d.bytes) FROM flow_days d JOIN flows f ON f.id = d.flow
       GROUP BY f.dst ORDER BY f.dst`,
    ),
  ).toEqual(perDestination.map((packets) => [packets, 60 * packets]));
  const steady = valuesOf(
    path,
    `SELECT sum(d.packets) FROM flow_days d JOIN flows f ON f.id = d.flow
     WHERE hex(f.src) BETWEEN '04C0A80700' AND '04C0A807FF'`,
  );
  expect(steady).toEqual([[steadyLines]]);
  const [[most]] = valuesOf(
    path,
    "SELECT max(n) FROM (SELECT count(*) AS n FROM flow_minutes GROUP BY minute)",
  ) as [[number]];
  expect(most).toBeLessThanOrEqual(2 * flood.flowsPerMinuteMax + 2000);
  const { flows, totals } = await flowsOf(path, "--limit", "10");
  const others = flows.filter(({ other }) => other === true);
  expect(totals.packets).toBe(shape.lines);
  expect(others).toHaveLength(perDestination.length);
  for (const { dst, dstPort, src, packets, sources = 0 } of others) {
    expect([dst !== undefined, dstPort, src]).toEqual([true, 443, undefined]);
    // Each line of the flood has a source of its own.
    expect(Math.abs(sources / packets - 1)).toBeLessThan(0.1);
  }
  const from = await flowsOf(path, "--from-ip", "192.168.7.0/24");
  expect(from.totals).toMatchObject({ packets: steadyLines, packetsAreLowerBound: true });
  expect(flooded.rssMib).toBeLessThan(RSS_MIB_MAX);
  expect(size).toBeLessThan(DATABASE_BYTES_MAX);
});

test("an agent that is killed again and again in a flood counts each line once", {
  timeout: 240_000,
}, async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-flood-"));
  const log = join(folder.path, "syslog");
  const path = join(folder.path, "killed.db");
  const lines = 200_000;
  const { steadyLines } = writeFlood(log, { ...shape, lines });
  const bytes = statSync(log).size;
  const random = randomFrom(20_261_122);
  const few = ["--flows-per-minute-max", "500"];
  let between = 0;
  for (let kill = 0; kill < 4; kill++) {
    await using agent = startAgent({ logs: [log], database: path, more: few });
    const before = committedOffset(path) ?? 0;
    const wanted = before + random() * 0.1 * bytes;
    for (let n = 0; n < 400 && (committedOffset(path) ?? 0) <= wanted; n++) await sleep(10);
    await agent.end("SIGKILL");
    const reached = committedOffset(path) ?? 0;
    if (reached > before && reached < bytes) between++;
  }
  await catchUp(log, path, few);

  expect(between).toBeGreaterThan(0);
  expect((await statusOf(path)).conservation.packets).toMatchObject({ logged: lines, holds: true });
  expect(packetSums(path)).toEqual([lines, lines, lines]);
  const steady = valuesOf(
    path,
    `SELECT sum(d.packets) FROM flow_days d JOIN flows f ON f.id = d.flow
     WHERE f.kind > 0 OR hex(f.src) BETWEEN '04C0A80700' AND '04C0A807FF'`,
  ) as [number][];
  expect(steady[0]![0]).toBeGreaterThanOrEqual(steadyLines);
});
