import type Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { randomFrom } from "../../../bench/syslog-generator.ts";
import type { Retention } from "../../../src/model/retention.ts";
import { deniedPrefixDefaults } from "../../../src/model/verdict.ts";
import { queryStatus } from "../../../src/query/status.ts";
import { BatchWriter } from "../../../src/store/batch-writer.ts";
import { keptFrom } from "../../../src/store/retention/kept-from.ts";
import { Pruner } from "../../../src/store/retention/pruner.ts";
import { BatchMaker } from "../counted-batches.ts";
import { newPath, valueOf, writable } from "../stored.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const MIB = 1024 * 1024;
/** A midnight. */
const START_MS = Date.UTC(2026, 6, 1);
const LINES_PER_BATCH = 500;

/** A writer that is followed by its pruner, as in its thread. */
class PrunedStore {
  readonly path = newPath();
  readonly database: Database.Database = writable(this.path);
  readonly maker = new BatchMaker();
  readonly writer: BatchWriter;
  readonly pruner: Pruner;

  constructor(retention: Retention) {
    this.writer = new BatchWriter(this.database, {
      deniedPrefixes: deniedPrefixDefaults,
      retention,
    });
    this.writer.prepareForSessions();
    this.pruner = new Pruner(this.database, retention, this.writer);
  }

  commit(lines: readonly string[]): void {
    this.writer.begin();
    const { wantsNewSession } = this.pruner;
    this.writer.write(this.maker.batch(lines, wantsNewSession), Date.now() * 1000);
    this.writer.writeEnd(this.maker.end());
    this.writer.commit();
    this.pruner.shrink();
  }

  /** All that there is to do at a time. */
  prune(nowMs: number): number {
    let steps = 0;
    while (this.pruner.step(nowMs * 1000)) steps++;
    return steps;
  }

  get bytes(): number {
    return Number(
      valueOf(
        this.database,
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
      ),
    );
  }

  packetsPer(unit: "minute" | "hour" | "day"): Map<number, number> {
    const rows = this.database
      .prepare<[], [number, number]>(
        `SELECT ${unit}, sum(packets) FROM flow_${unit}s GROUP BY ${unit}`,
      )
      .raw()
      .all();
    return new Map(rows);
  }

  expectConserved(lines: number): void {
    const { lines: read, packets } = queryStatus(this.database).conservation;
    expect(read).toMatchObject({ read: lines, holds: true });
    expect(packets).toMatchObject({ logged: lines, holds: true });
    expect(this.database.pragma("foreign_key_check")).toEqual([]);
    for (const unit of ["minute", "hour", "day"]) {
      const orphans = `FROM flow_${unit}s WHERE flow NOT IN (SELECT id FROM flows)`;
      expect(valueOf(this.database, `SELECT count(*) ${orphans}`)).toBe(0);
    }
  }
}

/** A denial at a time, from one of many sources. */
function denial(ms: number, random: () => number, sources: number): string {
  const stamp = new Date(ms).toISOString().replace("Z", "000+00:00");
  const source = Math.floor(random() * sources);
  const address = `10.${source >>> 16}.${(source >>> 8) & 255}.${source & 255}`;
  return (
    `${stamp} worker-1 kernel: [1.000001] calico-packet: IN=eth0 OUT=cali0123456789a ` +
    `SRC=${address} DST=10.244.2.1 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=${source & 65_535} DF ` +
    `PROTO=TCP SPT=${1024 + (source % 60_000)} DPT=80 WINDOW=64240 RES=0x00 SYN URGP=0 \n`
  );
}

/** Batches of lines, spread over days. */
function* batchesOver(days: number, linesPerDay: number, sources: number) {
  const random = randomFrom(31);
  const all = days * linesPerDay;
  for (let line = 0; line < all; line += LINES_PER_BATCH) {
    yield Array.from({ length: LINES_PER_BATCH }, (_, index) =>
      denial(START_MS + Math.floor(((line + index) * DAY_MS) / linesPerDay), random, sources),
    );
  }
}

const forever = { minute: 1e18, hour: 1e18, day: 1e18 };

describe("Pruner, by size", () => {
  test("keeps a flood of flows under the bound, totals exact, and days right that are kept", () => {
    const databaseBytesMax = 8 * MIB;
    const linesPerDay = 5000;
    const store = new PrunedStore({ keep: undefined, databaseBytesMax });
    let lines = 0;
    let most = 0;
    for (const batch of batchesOver(14, linesPerDay, 1 << 20)) {
      store.commit(batch);
      lines += batch.length;
      most = Math.max(most, store.bytes);
    }
    store.expectConserved(lines);
    const status = queryStatus(store.database);
    const { day: daysFrom } = keptFrom(store.database);
    const kept = [...store.packetsPer("day")].filter(([day]) => day >= daysFrom);

    expect(most).toBeLessThan(databaseBytesMax + MIB);
    expect(status.conservation.packets.expired).toBeGreaterThan(0);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.every(([, packets]) => packets === linesPerDay)).toBe(true);
    // Flows of the running session stay, of which there are some days.
    const days = kept.length + 3;
    expect(days).toBeLessThan(14);
    expect(status.database.flows, "flows without counts go").toBeLessThan(days * linesPerDay);
  });

  test("takes minutes before hours before days", () => {
    const store = new PrunedStore({ keep: undefined, databaseBytesMax: 8 * MIB });
    for (const batch of batchesOver(10, 9000, 150)) store.commit(batch);
    const kept = keptFrom(store.database);
    const firstOf = (unit: "minute" | "hour" | "day") => Math.min(...store.packetsPer(unit).keys());

    store.expectConserved(90_000);
    expect(kept.minute).toBeGreaterThan(0);
    expect([kept.hour, kept.day]).toEqual([0, 0]);
    expect(firstOf("hour") * 60).toBeLessThan(firstOf("minute"));
    expect([...store.packetsPer("day").values()]).toEqual(Array(10).fill(9000));
  });

  test("makes a database smaller by and by when its bound was made smaller", () => {
    const before = new PrunedStore({ keep: undefined, databaseBytesMax: 1024 * MIB });
    for (const batch of batchesOver(4, 10_000, 1 << 20)) before.commit(batch);
    const large = before.bytes;
    // As another process begins, of which no session has begun.
    const retention = { keep: undefined, databaseBytesMax: 4 * MIB };
    const settings = { deniedPrefixes: deniedPrefixDefaults, retention };
    const writer = new BatchWriter(before.database, settings);
    const pruner = new Pruner(before.database, retention, writer);
    let steps = 0;
    while (pruner.step(START_MS * 1000)) steps++;

    before.expectConserved(40_000);
    expect(large).toBeGreaterThan(2 * retention.databaseBytesMax);
    expect(steps).toBeGreaterThan(20);
    expect(before.bytes).toBeLessThanOrEqual(retention.databaseBytesMax);
    expect(queryStatus(before.database).conservation.packets.kept).toBeGreaterThan(0);
  });
});

describe("Pruner, by age", () => {
  const days = 12;
  const linesPerDay = 1000;
  const keep = { minute: 2 * DAY_MS * 1000, hour: 5 * DAY_MS * 1000, day: 8 * DAY_MS * 1000 };
  const nowMs = START_MS + days * DAY_MS + 90 * MINUTE_MS;
  const filled = () => {
    const store = new PrunedStore({ keep, databaseBytesMax: 1024 * MIB });
    for (const batch of batchesOver(days, linesPerDay, 200)) store.commit(batch);
    return store;
  };

  test("removes what is older than it is kept, in whole hours and days", () => {
    const store = filled();
    store.prune(nowMs);
    const first = (unit: "minute" | "hour" | "day") => Math.min(...store.packetsPer(unit).keys());
    const startDay = START_MS / DAY_MS;

    store.expectConserved(days * linesPerDay);
    expect(first("minute")).toBeGreaterThanOrEqual((startDay + 10) * 1440 + 60);
    expect(first("minute")).toBeLessThan((startDay + 10) * 1440 + 120);
    expect(first("hour")).toBe((startDay + 7) * 24);
    expect(first("day")).toBe(startDay + 4);
    expect(keptFrom(store.database).day).toBe(startDay + 4);
    expect(queryStatus(store.database).conservation.packets.expired).toBe(4 * linesPerDay);
  });

  test("finds nothing more to do then, and counts on", () => {
    const store = filled();
    store.prune(nowMs);
    expect(store.prune(nowMs)).toBe(0);
    const random = randomFrom(32);
    const more = Array.from({ length: 100 }, () => denial(nowMs, random, 200));
    store.commit(more);
    store.expectConserved(days * linesPerDay + more.length);
  });

  test("keeps all where nothing is too old", () => {
    const store = new PrunedStore({ keep: forever, databaseBytesMax: 1024 * MIB });
    for (const batch of batchesOver(2, linesPerDay, 200)) store.commit(batch);
    expect(store.prune(nowMs)).toBe(0);
    expect(queryStatus(store.database).conservation.packets.expired).toBe(0);
  });

  test("a flow that has gone is made anew when the same packets come again", () => {
    const store = new PrunedStore({ keep, databaseBytesMax: 8 * MIB });
    const first = [...batchesOver(1, 20_000, 1 << 20)];
    for (const batch of first) store.commit(batch);
    const flows = () => Number(valueOf(store.database, "SELECT count(*) FROM flows"));
    const before = flows();
    const laterMs = START_MS + 100 * DAY_MS;
    store.prune(laterMs);
    // The session that knows the flows has to end first.
    const random = randomFrom(33);
    const other = denial(laterMs, random, 10);
    store.commit([other]);
    store.commit([other]);
    store.prune(laterMs);
    const between = flows();
    for (const batch of first) store.commit(batch);

    expect(before).toBeGreaterThan(15_000);
    expect(between).toBeLessThan(before / 5);
    expect(flows()).toBeGreaterThan(0.9 * before);
    store.expectConserved(40_002);
  });
});
