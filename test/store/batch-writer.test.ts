import type Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { randomFrom } from "../../bench/syslog-generator.ts";
import type { CountedBatch, TransactionEnd } from "../../src/model/counted-batch.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { BatchWriter } from "../../src/store/batch-writer.ts";
import { knownSources } from "../../src/store/known-sources.ts";
import { countedIn, differences, integrityOf } from "../end-to-end/database.ts";
import { amongOrdinary, denialLines } from "../end-to-end/log-lines.ts";
import { BatchMaker } from "./counted-batches.ts";
import { newPath, valueOf, writable } from "./stored.ts";

type Transaction = { readonly batches: readonly CountedBatch[]; readonly end: TransactionEnd };

const NOW = Date.UTC(2026, 10, 22) * 1000;
const PAGES_UNLIMITED = 1_000_000;

/** Batches of one source in transactions of two; each call makes new ones, of equal content. */
function transactions(lines: number, linesPerBatch: number): readonly Transaction[] {
  return transactionsOf(logOf(lines), linesPerBatch, new BatchMaker());
}

function logOf(lines: number): readonly string[] {
  return amongOrdinary(denialLines({ seed: 4, lines }));
}

function transactionsOf(
  log: readonly string[],
  linesPerBatch: number,
  maker: BatchMaker,
): readonly Transaction[] {
  const all: Transaction[] = [];
  for (let start = 0; start < log.length; start += 2 * linesPerBatch) {
    const middle = start + linesPerBatch;
    const parts = [log.slice(start, middle), log.slice(middle, middle + linesPerBatch)];
    const batches = parts.map((part) => maker.batch(part));
    all.push({ batches, end: maker.end() });
  }
  return all;
}

function write(writer: BatchWriter, { batches, end }: Transaction): void {
  writer.begin();
  for (const batch of batches) writer.write(batch, NOW);
  writer.writeEnd(end);
  writer.commit();
}

function writerOn(database: Database.Database): BatchWriter {
  return new BatchWriter(database, { deniedPrefixes: deniedPrefixDefaults });
}

/** What is stored when nothing fails. */
function storedSoundly(all: readonly Transaction[]): string {
  const path = newPath();
  const database = writable(path);
  const writer = writerOn(database);
  for (const transaction of all) write(writer, transaction);
  database.close();
  return path;
}

function expectSame(path: string, sound: string): void {
  const [got, wanted] = [countedIn(path), countedIn(sound)];
  expect(differences(got.counts, wanted.counts)).toEqual([]);
  expect(got.sources).toEqual(wanted.sources);
  expect(got.recent).toBe(wanted.recent);
  expect(integrityOf(path)).toBe("ok");
}

describe("BatchWriter", () => {
  test("keeps nothing of a transaction before it is committed", () => {
    const path = newPath();
    const writer = writerOn(writable(path));
    const [transaction] = transactions(200, 100);
    writer.begin();
    for (const batch of transaction!.batches) writer.write(batch, NOW);
    const before = countedIn(path);
    writer.writeEnd(transaction!.end);
    writer.commit();

    expect(before.counts).toContain("read 0");
    expect(before.sources).toEqual([]);
    expect(countedIn(path).counts).toContain("read 200");
  });

  test("keeps nothing of a transaction that is rolled back, and takes it again", () => {
    const path = newPath();
    const writer = writerOn(writable(path));
    const all = transactions(600, 100);
    for (const [index, transaction] of all.entries()) {
      const before = countedIn(path);
      writer.begin();
      for (const batch of transaction.batches) writer.write(batch, NOW);
      writer.writeEnd(transaction.end);
      writer.rollback();
      expect(countedIn(path), `after transaction ${index}`).toEqual(before);
      write(writer, transaction);
    }
    expectSame(path, storedSoundly(transactions(600, 100)));
  });

  test("gives the same after commits that fail for want of space, wherever they fail", () => {
    const SEED = 11;
    const random = randomFrom(SEED);
    const path = newPath();
    const database = writable(path);
    const writer = writerOn(database);
    let failures = 0;
    for (const transaction of transactions(6000, 400)) {
      // A little more room each time, so that each try fails later in the transaction.
      let pages = Number(database.pragma("page_count", { simple: true }));
      for (let isWritten = false; !isWritten; pages += Math.ceil(random() * 6)) {
        database.pragma(`max_page_count = ${pages}`);
        try {
          write(writer, transaction);
          isWritten = true;
        } catch (error) {
          expect(error).toMatchObject({ code: "SQLITE_FULL" });
          failures++;
          writer.rollback();
          expect(database.inTransaction).toBe(false);
        }
      }
    }
    database.pragma(`max_page_count = ${PAGES_UNLIMITED}`);
    database.close();

    expect(failures, `seed ${SEED}`).toBeGreaterThan(20);
    expectSame(path, storedSoundly(transactions(6000, 400)));
  });

  test("gives the same in one transaction and in many", () => {
    const path = newPath();
    const database = writable(path);
    const writer = writerOn(database);
    const all = transactions(3000, 150);
    writer.begin();
    for (const { batches, end } of all) {
      for (const batch of batches) writer.write(batch, NOW);
      writer.writeEnd(end);
    }
    writer.commit();
    database.close();
    expectSame(path, storedSoundly(transactions(3000, 150)));
  });

  test("gives the same when another process goes on where one has stopped", () => {
    const path = newPath();
    const log = logOf(3000);
    const [before, after] = [log.slice(0, 1700), log.slice(1700)];
    const first = writable(path);
    const writer = writerOn(first);
    for (const each of transactionsOf(before, 150, new BatchMaker())) write(writer, each);
    first.close();
    const second = writable(path);
    const indexes = "SELECT count(*) FROM sqlite_schema WHERE name = 'flows_by_key'";
    expect(valueOf(second, indexes), "nobody has looked for a flow").toBe(0);
    const next = writerOn(second);
    const [source] = knownSources(second);
    const maker = new BatchMaker(source!.source, source!.offset, next.openedAttempts());
    for (const each of transactionsOf(after, 150, maker)) write(next, each);
    expect(valueOf(second, indexes)).toBe(1);
    second.close();
    expectSame(path, storedSoundly(transactions(3000, 150)));
  });

  test("loads the open attempts that it stored", () => {
    const path = newPath();
    const database = writable(path);
    const writer = writerOn(database);
    for (const transaction of transactions(3000, 150)) write(writer, transaction);
    const opened = writerOn(writable(path)).openedAttempts();
    const stored = opened.flatMap(({ connections, copies }) => [connections, copies]);
    const sum = stored.reduce((total, { count }) => total + count, 0);
    expect(sum).toBe(valueOf(database, "SELECT sum(count) FROM open_attempts"));
    expect(sum).toBe(valueOf(database, "SELECT sum(attempts) FROM flow_days"));
  });

  test("judges prefixes again when the settings have changed", () => {
    const path = newPath();
    const database = writable(path);
    const [transaction] = transactions(100, 100);
    write(writerOn(database), transaction!);
    expect(valueOf(database, "SELECT verdict FROM prefixes")).toBe("denied");
    new BatchWriter(database, { deniedPrefixes: ["something-else*"] });
    expect(valueOf(database, "SELECT verdict FROM prefixes")).toBe("unknown");
  });
});
