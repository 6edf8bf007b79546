import type Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { randomFrom } from "../../bench/syslog-generator.ts";
import type { FlowBounds } from "../../src/model/flow-bounds.ts";
import { SourceSketch } from "../../src/model/source-sketch.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { BatchWriter } from "../../src/store/batch-writer.ts";
import { BatchMaker } from "./counted-batches.ts";
import { newPath, writable } from "./stored.ts";
import { isLong } from "../long-run.ts";

const START_MS = Date.UTC(2026, 10, 22, 10);
const MINUTE_MS = 60_000;

const bounds: FlowBounds = {
  flowsPerMinuteMax: 20,
  otherRowsPerMinuteMax: 4,
  heavyPacketsMin: 8,
  heavyRowsPerMinuteMax: 3,
};

type Denial = { minute: number; src: string; dst: string; port: number; prefix: string };

function lineOf({ minute, src, dst, port, prefix }: Denial, id: number): string {
  const stamp = new Date(START_MS + minute * MINUTE_MS).toISOString().replace("Z", "000+00:00");
  return (
    `${stamp} worker kernel: [1.000001] ${prefix} IN=eth0 OUT=cali0123456789a SRC=${src} ` +
    `DST=${dst} LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=${id % 65_536} DF PROTO=TCP ` +
    `SPT=${1024 + (id % 60_000)} DPT=${port} WINDOW=64240 RES=0x00 SYN URGP=0 \n`
  );
}

/** Few sources come often, most once; few destinations take most, many one each. */
function randomDenial(random: () => number, minute: number): Denial {
  const below = (n: number) => Math.floor(random() * n);
  const late = below(10) === 0 ? 1 : 0;
  return {
    minute: Math.max(0, minute - late),
    src: below(4) === 0 ? `10.0.0.${below(5)}` : `11.${below(256)}.${below(256)}.${below(256)}`,
    dst: `10.244.${below(8) === 0 ? below(200) : 0}.1`,
    port: 80 + below(2),
    prefix: below(5) === 0 ? "calico-drop:" : "calico-packet:",
  };
}

const spans = { minute: 1, hour: 60, day: 1440 } as const;

class Folded {
  readonly database: Database.Database = writable(newPath());
  readonly writer = new BatchWriter(this.database, {
    deniedPrefixes: deniedPrefixDefaults,
    flowBounds: bounds,
  });
  readonly maker = new BatchMaker();

  rows(sql: string): readonly unknown[][] {
    return this.database.prepare<[], unknown[]>(sql).raw().all();
  }

  /** Packets by span, prefix, port and destination, where `column` keeps it. */
  sums(unit: string, columns: string, where = "1"): readonly string[] {
    return this.rows(
      `SELECT c.${unit}, ${columns}, sum(c.packets) FROM flow_${unit}s c
       JOIN flows f ON f.id = c.flow JOIN prefixes p ON p.id = f.prefix
       WHERE ${where} GROUP BY c.${unit}, ${columns}`,
    )
      .map((row) => row.join(" "))
      .toSorted();
  }
}

function summed(denials: readonly Denial[], key: (denial: Denial) => string): readonly string[] {
  const sums = new Map<string, number>();
  for (const denial of denials) sums.set(key(denial), (sums.get(key(denial)) ?? 0) + 1);
  return [...sums].map(([name, packets]) => `${name} ${packets}`).toSorted();
}

const hexOf = (address: string) =>
  `04${address
    .split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("")}`.toUpperCase();
const spanOf = ({ minute }: Denial, length: number) =>
  Math.floor((START_MS / MINUTE_MS + minute) / length);

function writeAll(store: Folded, seed: number): Denial[] {
  const random = randomFrom(seed);
  const all: Denial[] = [];
  for (let step = 0; step < 60; step++) {
    const minute = Math.floor(step / 6);
    const denials = Array.from({ length: 1 + Math.floor(random() * 60) }, () =>
      randomDenial(random, minute),
    );
    const batch = store.maker.batch(
      denials.map((denial, index) => lineOf(denial, all.length + index)),
      random() < 0.2,
    );
    all.push(...denials);
    const end = store.maker.end();
    // A commit that fails is tried again with the same batches.
    for (const fails of random() < 0.3 ? [true, false] : [false]) {
      store.writer.begin();
      store.writer.write(batch, 0);
      if (fails) {
        store.writer.rollback();
        continue;
      }
      store.writer.writeEnd(end);
      store.writer.commit();
    }
  }
  return all;
}

const seeds = Array.from({ length: isLong ? 20 : 6 }, (_, index) => 4000 + index);

describe("FoldingRows", () => {
  test.each(seeds)("keeps totals exact and minutes bounded, seed %i", (seed) => {
    const store = new Folded();
    const all = writeAll(store, seed);

    for (const [unit, length] of Object.entries(spans)) {
      const truth = summed(all, (each) => `${spanOf(each, length)} ${each.prefix} `);
      expect(store.sums(unit, "p.text")).toEqual(truth);
    }
    // What is known of a destination is at most what it got, and the rest is in the last rows.
    const key = (each: Denial) => `${spanOf(each, 1)} ${hexOf(each.dst)} ${each.port}`;
    const got = new Map(summed(all, key).map((row) => splitLast(row)));
    for (const row of store.sums("minute", "hex(f.dst), f.dst_port", "f.kind < 2")) {
      const [name, packets] = splitLast(row);
      expect(packets).toBeLessThanOrEqual(got.get(name) ?? 0);
    }
    const most = (kinds: string) =>
      store.rows(
        `SELECT max(n) FROM (SELECT count(*) AS n FROM flow_minutes m
         JOIN flows f ON f.id = m.flow WHERE f.kind ${kinds} GROUP BY minute)`,
      )[0]![0];
    expect(most("= 0")).toBeLessThanOrEqual(
      2 * bounds.flowsPerMinuteMax + bounds.heavyRowsPerMinuteMax,
    );
    expect(most("= 1")).toBeLessThanOrEqual(bounds.otherRowsPerMinuteMax);
    // One for each of the two prefixes.
    expect(most("= 2")).toBeLessThanOrEqual(2);
    expect(store.rows("SELECT count(*) FROM flow_minutes WHERE packets = 0")).toEqual([[0]]);
    expect(store.database.pragma("foreign_key_check")).toEqual([]);
    const unknown = "SELECT count(*) FROM recent_denials WHERE flow NOT IN (SELECT id FROM flows)";
    expect(store.rows(unknown)).toEqual([[0]]);
  });

  test.each(seeds)("counts each source of an other row once, seed %i", (seed) => {
    const store = new Folded();
    writeAll(store, seed);
    for (const unit of Object.keys(spans)) {
      const rows = store.rows(
        `SELECT packets, sources FROM flow_${unit}s c JOIN flows f ON f.id = c.flow
         WHERE f.kind > 0`,
      ) as [number, Buffer][];
      expect(rows.length).toBeGreaterThan(0);
      for (const [packets, sources] of rows) {
        const estimate = SourceSketch.of(sources).estimate();
        expect(estimate).toBeGreaterThan(0);
        expect(estimate).toBeLessThanOrEqual(packets);
      }
    }
  });

  test("a flow that has a row keeps it, in a full minute and a new session too", () => {
    const store = new Folded();
    const known = { src: "10.0.0.1", dst: "10.244.0.1", port: 80, prefix: "calico-packet:" };
    const commit = (denials: readonly Denial[], wantsNewSession = false) => {
      store.writer.begin();
      const lines = denials.map((denial, index) => lineOf(denial, index));
      store.writer.write(store.maker.batch(lines, wantsNewSession), 0);
      store.writer.writeEnd(store.maker.end());
      store.writer.commit();
    };
    const flood = (minute: number) =>
      Array.from({ length: 30 }, (_, n) => ({ ...known, minute, src: `11.0.${minute}.${n}` }));
    commit([{ ...known, minute: 0 }]);
    for (let minute = 0; minute < 5; minute++) {
      commit(flood(minute), true);
      commit([{ ...known, minute }]);
    }
    const heavy = { ...known, minute: 4, src: "12.0.0.1" };
    commit(Array.from({ length: bounds.heavyPacketsMin }, () => heavy));

    const packetsOf = (src: string) =>
      store.rows(
        `SELECT sum(d.packets) FROM flow_days d JOIN flows f ON f.id = d.flow
         WHERE hex(f.src) = '${hexOf(src)}'`,
      )[0]![0];
    expect(packetsOf(known.src)).toBe(6);
    expect(packetsOf(heavy.src)).toBe(bounds.heavyPacketsMin);
  });
});

function splitLast(row: string): [string, number] {
  const at = row.lastIndexOf(" ");
  return [row.slice(0, at), Number(row.slice(at + 1))];
}
