import { copyFileSync } from "node:fs";
import type Database from "better-sqlite3";
import { expect, test } from "vitest";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { BatchWriter } from "../../src/store/batch-writer.ts";
import { integrityOf } from "../end-to-end/database.ts";
import { newPath, readable, valueOf, writable } from "./stored.ts";

function commitNothing(database: Database.Database): void {
  const writer = new BatchWriter(database, { deniedPrefixes: deniedPrefixDefaults });
  writer.begin();
  writer.commit();
}

function journalOf(database: Database.Database): unknown {
  return database.pragma("journal_mode", { simple: true });
}

test("a database has a write-ahead log from its first commit on", () => {
  const path = newPath();
  const database = writable(path);
  const before = journalOf(database);
  commitNothing(database);

  expect(before).toBe("truncate");
  expect(journalOf(database)).toBe("wal");
  expect(journalOf(writable(path)), "opened again").toBe("wal");
});

test("a first transaction that was cut off is undone for a reader, too", () => {
  const [path, cutOff] = [newPath(), newPath()];
  const database = writable(path);
  database.pragma("cache_size = 10");
  database.exec("BEGIN IMMEDIATE");
  const insert = database.prepare("INSERT INTO nodes (name) VALUES (?)");
  for (let n = 0; n < 10_000; n++) insert.run(`worker-${n}`);
  for (const suffix of ["", "-journal"]) copyFileSync(path + suffix, cutOff + suffix);
  database.exec("ROLLBACK");

  expect(valueOf(readable(cutOff), "SELECT count(*) FROM nodes")).toBe(0);
  expect(integrityOf(cutOff)).toBe("ok");
});
