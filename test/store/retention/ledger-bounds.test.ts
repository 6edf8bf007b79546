import type Database from "better-sqlite3";
import { expect, test } from "vitest";
import { queryStatus } from "../../../src/query/status.ts";
import { knownSources } from "../../../src/store/known-sources.ts";
import {
  boundLedger,
  lossesMax,
  olderSourcesPath,
  sourcesMax,
} from "../../../src/store/retention/ledger-bounds.ts";
import { newPath, valueOf, writable } from "../stored.ts";

const extra = 50;

function addSources(database: Database.Database, count: number): void {
  const add = database.prepare(
    `INSERT INTO sources (kind, path, device, inode, byte_offset, head_bytes, head_hash,
       anchor_bytes, anchor_hash, first_denials, last_time, lines, updated_at)
     VALUES ('file', '/var/log/syslog', 1, @n, 100, 100, 'x', 100, 'x', '', 0, 10, @n)`,
  );
  // One transaction, for each is a sync of the disk.
  database.exec("BEGIN");
  database.exec("INSERT OR IGNORE INTO prefixes VALUES (1, 'p', 'denied', NULL, NULL, NULL, 0)");
  for (let n = 1; n <= count; n++) {
    const { lastInsertRowid: source } = add.run({ n });
    database.exec(`
      INSERT INTO source_lines VALUES (${source}, 'ordinary', 4), (${source}, 'trace', 1);
      INSERT INTO source_rejects VALUES (${source}, 'cut-short', 2);
      INSERT INTO source_prefixes VALUES (${source}, 1, 3, 6);
      INSERT INTO rejected_examples (reason, source, seen_at, line)
        VALUES ('cut-short', ${source}, 1, x'00')`);
  }
  database.exec(`INSERT OR REPLACE INTO expired
    VALUES ('days', (SELECT sum(packets) FROM source_prefixes), 1)`);
  database.exec("COMMIT");
}

function addLosses(database: Database.Database, from: number, count: number, row = ""): void {
  const add = database.prepare(
    `INSERT INTO losses (source, reason, byte_offset, lines_max, bytes_max, from_time, to_time,
       seen_at, recovered_at, detail, content_hash)
     VALUES (1, ?, ?, 2, ?, ?, ?, ?, ${row === "recovered" ? 1 : "NULL"}, 'd', '')`,
  );
  database.exec("BEGIN");
  for (let n = from; n < from + count; n++) {
    add.run(n % 2 === 0 ? "truncated" : "unreadable", n, n % 2 === 0 ? 5 : null, n, n + 1, n);
  }
  database.exec("COMMIT");
}

test("boundLedger() folds the oldest sources into one, whose sums add up", () => {
  const database = writable(newPath());
  addSources(database, sourcesMax + extra);
  const before = queryStatus(database);
  boundLedger(database);
  const after = queryStatus(database);
  const older = after.sources.filter(({ path }) => path === olderSourcesPath);

  expect(before.conservation.lines.holds && before.conservation.packets.holds).toBe(true);
  expect(after.conservation).toEqual(before.conservation);
  expect(after.sources).toHaveLength(sourcesMax + 1);
  expect(older).toMatchObject([{ lines: 10 * extra, offset: 0 }]);
  const inodes = knownSources(database).map(({ inode }) => inode);
  expect(Math.min(...inodes.filter((inode) => inode > 0)), "the newest stay").toBe(extra + 1);
  expect(database.pragma("foreign_key_check")).toEqual([]);
});

test("boundLedger() adds more to the same row, and leaves what is within the bound", () => {
  const database = writable(newPath());
  addSources(database, sourcesMax + extra);
  boundLedger(database);
  boundLedger(database);
  addSources(database, extra);
  boundLedger(database);
  expect(queryStatus(database).sources).toHaveLength(sourcesMax + 1);
  const lines = `SELECT lines FROM sources WHERE path = '${olderSourcesPath}'`;
  expect(valueOf(database, lines)).toBe(10 * 2 * extra);
  expect(queryStatus(database).conservation.lines.holds).toBe(true);
});

test("boundLedger() forgets what was found again first, then adds up the oldest", () => {
  const database = writable(newPath());
  addSources(database, 1);
  addLosses(database, 0, extra, "recovered");
  addLosses(database, 1000, lossesMax + extra);
  for (let n = 0; n < 3; n++) boundLedger(database);
  const { losses } = queryStatus(database);
  const folded = losses.filter(({ offset }) => offset === -1);
  const lines = (rows: typeof losses) => rows.reduce((sum, { linesMax = 0 }) => sum + linesMax, 0);

  expect(losses.length).toBeLessThanOrEqual(lossesMax);
  expect(losses.every(({ recoveredAt }) => recoveredAt === undefined)).toBe(true);
  expect(lines(losses), "not one line is claimed less").toBe(2 * (lossesMax + extra));
  expect(folded.map(({ reason }) => reason).toSorted()).toEqual(["truncated", "unreadable"]);
  for (const { reason, bytesMax, linesMax = 0, detail } of folded) {
    expect(detail).toBe(`${linesMax / 2} older rows`);
    expect(bytesMax, "unknown stays unknown").toBe(
      reason === "truncated" ? (5 * linesMax) / 2 : undefined,
    );
  }
});
