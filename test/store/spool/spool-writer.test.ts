import type Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { PackedEvents, SpooledChunk, SpoolPlan } from "../../../src/model/spool.ts";
import { MICROS_PER_MINUTE, MICROS_PER_SECOND } from "../../../src/model/time-unit.ts";
import { deniedPrefixDefaults } from "../../../src/model/verdict.ts";
import { BatchWriter } from "../../../src/store/batch-writer.ts";
import { packEvents } from "../../../src/store/spool/chunk-body.ts";
import { SpoolReader } from "../../../src/store/spool/spool-reader.ts";
import { SpoolWriter } from "../../../src/store/spool/spool-writer.ts";
import { denialLines } from "../../end-to-end/log-lines.ts";
import { BatchMaker } from "../counted-batches.ts";
import { newPath, valueOf, writable } from "../stored.ts";

const NOW = Date.UTC(2026, 10, 22) * 1000;
const DAY = 24 * 60 * MICROS_PER_MINUTE;

const plan: SpoolPlan = {
  node: "worker-1",
  destinations: [
    { name: "near", url: "relp://near:2514" },
    { name: "far", url: "tcp://far:514" },
  ],
  events: true,
  flows: true,
  intervalMinutes: 1,
  history: true,
  bytesMax: 1024 * 1024,
  ageMax: DAY,
};

function eventsOf(...lines: readonly string[]): PackedEvents {
  const ends: number[] = [];
  for (const line of lines) ends.push((ends.at(-1) ?? 0) + line.length);
  return packEvents({
    count: lines.length,
    bytes: Buffer.from(lines.join("")),
    ends: Int32Array.from(ends),
    offsets: Float64Array.from(lines, (_, index) => index * 100),
    times: Float64Array.from(lines, () => NOW),
  });
}

const progress = {
  tally: { lines: 0, other: {}, rejected: [], prefixes: [] },
  losses: [],
  endsContent: false,
  checkpoint: {
    source: 1,
    path: "/var/log/syslog",
    kind: "file",
    device: 1,
    inode: 2,
    offset: 0,
    headBytes: 0,
    headHash: "",
    anchorBytes: 0,
    anchorHash: "",
    firstDenials: [],
    lastTime: 0,
    lossHash: "",
    cursor: "",
    begunAt: 7,
    isClosed: false,
  },
} as const;

function spoolOf(database: Database.Database, change: Partial<SpoolPlan> = {}): SpoolWriter {
  return new SpoolWriter(database, { ...plan, ...change }, NOW);
}

function addEvents(spool: SpoolWriter, ...lines: readonly string[]): void {
  spool.addBatch({ events: [eventsOf(...lines)], progress }, 1, NOW);
}

function chunksIn(database: Database.Database): SpooledChunk[] {
  const reader = new SpoolReader(database);
  const chunks: SpooledChunk[] = [];
  for (let from = 1; ; ) {
    const chunk = reader.next(from);
    if (chunk === undefined) return chunks;
    chunks.push(chunk);
    from = chunk.id + 1;
  }
}

const delivered = { sent: 0, acknowledged: 0, resent: 0, refused: [] };

function moveOn(spool: SpoolWriter, destination: string, chunk: number, record = 0): void {
  const position = { chunk, record };
  spool.deliver({ ...delivered, destination, position, reading: position }, NOW);
}

/** Steps until there is nothing to do; what was dropped. */
function keep(spool: SpoolWriter, now = NOW): string[] {
  const drops: string[] = [];
  const told = ({ destination, reason, messages }: Parameters<typeof say>[0]) =>
    drops.push(say({ destination, reason, messages }));
  while (spool.keeper.step(now, told)) {}
  return drops;
}

function say(drop: { destination: string; reason: string; messages: number }): string {
  return `${drop.destination} ${drop.reason} ${drop.messages}`;
}

function positions(database: Database.Database): Record<string, string> {
  const rows = database.prepare<[], { name: string; place: string }>(
    "SELECT name, chunk || ':' || record AS place FROM destinations",
  );
  return Object.fromEntries(rows.all().map(({ name, place }) => [name, place]));
}

/** Text that zstd cannot make smaller. */
function noise(bytes: number): string {
  let state = 1;
  return Array.from({ length: bytes }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 90));
  }).join("");
}

describe("SpoolWriter", () => {
  test("spools events with their node, their content, and when they were read", () => {
    const database = writable(newPath());
    addEvents(spoolOf(database), "first", "second");
    expect(chunksIn(database)).toMatchObject([
      { id: 1, kind: "events", node: "worker-1", addedAt: NOW, events: { count: 2 } },
    ]);
  });

  test("names a content the same after a restart, and otherwise in another database", () => {
    const path = newPath();
    const contents = [path, path, newPath()].map((each) => {
      const database = writable(each);
      addEvents(spoolOf(database), "line");
      const chunk = chunksIn(database).at(-1)!;
      database.close();
      return chunk.kind === "events" ? chunk.content : "";
    });
    expect(contents[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(contents[1]).toBe(contents[0]);
    expect(contents[2]).not.toBe(contents[0]);
  });

  test("a new destination begins behind what is spooled, one that was known where it was", () => {
    const database = writable(newPath());
    const first = spoolOf(database, { destinations: [plan.destinations[0]!] });
    addEvents(first, "a");
    addEvents(first, "b");
    moveOn(first, "near", 2, 0);
    spoolOf(database);
    expect(positions(database)).toEqual({ near: "2:0", far: "3:0" });
  });

  test("removes what all destinations have, and nothing before", () => {
    const database = writable(newPath());
    const spool = spoolOf(database);
    for (const line of ["a", "b", "c"]) addEvents(spool, line);
    moveOn(spool, "near", 4);
    keep(spool);
    expect(chunksIn(database).map(({ id }) => id)).toEqual([1, 2, 3]);
    moveOn(spool, "far", 3);
    keep(spool);
    expect(chunksIn(database).map(({ id }) => id)).toEqual([3]);
    moveOn(spool, "far", 4);
    expect(keep(spool)).toEqual([]);
    expect(chunksIn(database)).toEqual([]);
    expect(spool.keeper.bytes).toBe(0);
  });

  test("what a destination has settled never goes back", () => {
    const database = writable(newPath());
    const spool = spoolOf(database);
    moveOn(spool, "near", 5, 3);
    moveOn(spool, "near", 4, 9);
    expect(positions(database)["near"]).toBe("5:3");
    moveOn(spool, "near", 5, 4);
    expect(positions(database)["near"]).toBe("5:4");
  });

  test("when it is full the slowest destination is moved on, with rows that say so", () => {
    const database = writable(newPath());
    const spool = spoolOf(database, { bytesMax: 20_000 });
    addEvents(spool, noise(9000), "x");
    addEvents(spool, noise(9000));
    addEvents(spool, noise(9000));
    moveOn(spool, "far", 3);
    moveOn(spool, "near", 1, 1);
    expect(keep(spool)).toEqual(["near spool-full 1"]);
    expect(positions(database)).toEqual({ near: "2:0", far: "3:0" });
    expect(chunksIn(database).map(({ id }) => id)).toEqual([2, 3]);
    expect(database.prepare("SELECT reason, lines_max, detail FROM losses").all()).toEqual([
      {
        reason: "not-forwarded",
        lines_max: 1,
        detail: "the spool was full, and this destination the slowest: near",
      },
    ]);
    expect(database.prepare("SELECT reason, messages FROM destination_drops").all()).toEqual([
      { reason: "spool-full", messages: 1 },
    ]);
  });

  test("an hour of drops is one row of the ledger, whose messages add up", () => {
    const database = writable(newPath());
    const spool = spoolOf(database, { bytesMax: 5000, destinations: [plan.destinations[0]!] });
    for (let n = 0; n < 4; n++) {
      addEvents(spool, noise(9000), "x");
      keep(spool);
    }
    expect(valueOf(database, "SELECT count(*) FROM losses")).toBe(1);
    expect(valueOf(database, "SELECT lines_max FROM losses")).toBe(8);
  });

  test("what waited too long goes, also when nobody is told", () => {
    const database = writable(newPath());
    const spool = spoolOf(database);
    addEvents(spool, "a");
    moveOn(spool, "near", 2);
    expect(keep(spool, NOW + DAY)).toEqual([]);
    expect(keep(spool, NOW + DAY + 1)).toEqual(["far spool-expired 1"]);
    expect(chunksIn(database)).toEqual([]);
  });

  test("dead letters are kept with what the receiver said, the newest thousand", () => {
    const database = writable(newPath());
    const spool = spoolOf(database);
    const refused = Array.from({ length: 501 }, (_, n) => n).map((n) => ({
      event: `id-${n}`,
      reason: "500",
      message: Buffer.from("message"),
    }));
    database.exec("BEGIN");
    for (const chunk of [1, 2]) {
      const position = { chunk, record: 0 };
      spool.deliver(
        { ...delivered, refused, destination: "near", position, reading: position },
        NOW,
      );
    }
    database.exec("COMMIT");
    expect(valueOf(database, "SELECT count(*) FROM dead_letters")).toBe(1000);
    expect(valueOf(database, "SELECT event FROM dead_letters ORDER BY id")).toBe("id-2");
    expect(valueOf(database, "SELECT messages FROM destination_drops")).toBe(1002);
  });
});

describe("flows", () => {
  const lines = denialLines({ seed: 4, lines: 300 });

  function counted(change: Partial<SpoolPlan> = {}) {
    const database = writable(newPath());
    const writer = new BatchWriter(database, {
      deniedPrefixes: deniedPrefixDefaults,
      spool: { ...plan, events: false, ...change },
    });
    const maker = new BatchMaker();
    for (const part of [lines.slice(0, 150), lines.slice(150)]) {
      writer.begin();
      writer.write(maker.batch(part), NOW);
      writer.writeEnd(maker.end());
      writer.commit();
    }
    return { database, keeper: writer.spoolKeeper! };
  }

  function packetsIn(chunks: readonly SpooledChunk[]): number {
    const flows = chunks.flatMap((chunk) => (chunk.kind === "flows" ? chunk.flows : []));
    return flows.reduce((sum, { packets }) => sum + packets, 0);
  }

  const late = NOW + 40 * DAY;

  test("of intervals that have ended are spooled, and add up to what was counted", () => {
    const { database, keeper } = counted();
    while (keeper.step(late, () => undefined)) {}
    const denied = `SELECT sum(d.packets) FROM flow_days d JOIN flows f ON f.id = d.flow
      JOIN prefixes p ON p.id = f.prefix WHERE p.verdict = 'denied'`;
    expect(packetsIn(chunksIn(database))).toBe(valueOf(database, denied));
    expect(valueOf(database, "SELECT count(*) FROM flow_deltas")).toBe(0);
  });

  test("of an interval wait for its end and some seconds more", () => {
    const { database, keeper } = counted({ intervalMinutes: 5 });
    const first = Number(valueOf(database, "SELECT min(interval_start) FROM flow_deltas"));
    expect(first % 5).toBe(0);
    const end = (first + 5) * MICROS_PER_MINUTE;
    keeper.step(end + 4 * MICROS_PER_SECOND, () => undefined);
    expect(chunksIn(database)).toEqual([]);
    keeper.step(end + 5 * MICROS_PER_SECOND, () => undefined);
    const [chunk] = chunksIn(database);
    expect(chunk).toMatchObject({ kind: "flows" });
    expect(chunk?.kind === "flows" && chunk.flows[0]?.intervalEnd).toBe(end);
  });

  test("from before the agent's first start are not spooled, unless history is wanted", () => {
    const { database } = counted({ history: false });
    expect(valueOf(database, "SELECT count(*) FROM flow_deltas")).toBe(0);
  });
});
