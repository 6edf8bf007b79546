import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { openForReading, openForWriting } from "../../src/store/open.ts";

/** The path of a database in a folder of its own, which goes with the test. */
export function newPath(): string {
  const folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-store-"));
  onTestFinished(() => folder.remove());
  return join(folder.path, "denyscope.db");
}

export function writable(path: string): Database.Database {
  return closing(openForWriting(path));
}

export function readable(path: string): Database.Database {
  return closing(openForReading(path));
}

/** Closes a connection with the test. */
export function closing(database: Database.Database): Database.Database {
  onTestFinished(() => {
    database.close();
  });
  return database;
}

/** The only value that a statement gives. */
export function valueOf(database: Database.Database, sql: string): unknown {
  return database.prepare(sql).pluck().get();
}
