import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { migrate } from "./migrations.ts";
import { APPLICATION_ID, explain, openForReading } from "./open.ts";

/** Beyond it rows spill to the file: bounds the memory, whatever the logs hold. */
const CACHE_KIB = 32 * 1024;

/**
 * A database that answers one question and goes. Its file has no name once it is open: it is gone
 * with the process, however that ends.
 */
export class PrivateDatabase implements Disposable {
  /** For the writer, which must have opened it before openForQueries() is called. */
  readonly path: string;

  /** @throws Error with one line for people when the folder cannot be written to. */
  constructor(temporaryFolder: string) {
    try {
      // mkdtemp() makes it for its owner alone.
      this.path = join(mkdtempSync(join(temporaryFolder, "denyscope-answer-")), "db");
    } catch (error) {
      throw explainPrivate(error, join(temporaryFolder, "any", "db"));
    }
  }

  openForQueries(): Database.Database {
    const database = openForReading(this.path);
    this[Symbol.dispose]();
    return database;
  }

  [Symbol.dispose](): void {
    rmSync(dirname(this.path), { recursive: true, force: true });
  }
}

/** Opens the file of a private database for its writer: nobody has it, and no crash matters. */
export function openPrivate(path: string): Database.Database {
  const database = new Database(path);
  // Not OFF: a transaction that finds the disk full must still be undone to end well.
  database.pragma("journal_mode = MEMORY");
  database.pragma("synchronous = OFF");
  database.pragma("foreign_keys = OFF");
  database.pragma("trusted_schema = OFF");
  database.pragma("temp_store = MEMORY");
  database.pragma(`cache_size = -${CACHE_KIB}`);
  database.pragma(`application_id = ${APPLICATION_ID}`);
  migrate(database, path);
  return database;
}

/** One line for people, whatever went wrong with the file that they never named. */
export function explainPrivate(error: unknown, path: string): Error {
  const { code } = error as { code?: unknown };
  const reason = typeof code === "string" ? reasons[code] : undefined;
  if (reason === undefined) return explain(error, path);
  const folder = dirname(dirname(path));
  return new Error(`Cannot count logs in the temporary folder "${folder}": ${reason}`, {
    cause: error,
  });
}

const another = "or name another with TMPDIR";

const reasons: Readonly<Record<string, string>> = {
  EACCES: `it may not be written to; check its permissions ${another}`,
  ENOENT: `it does not exist; make it ${another}`,
  ENOTDIR: `a part of its path is not a folder; make it one ${another}`,
  ENOSPC: `the disk is full; free some space ${another}`,
  EROFS: "its file system is read-only; name another with TMPDIR",
  SQLITE_CANTOPEN: `it may not be written to; check its permissions ${another}`,
  SQLITE_FULL: `the disk is full; free some space ${another}`,
  SQLITE_IOERR_WRITE: `the disk cannot be written to; check it ${another}`,
};
