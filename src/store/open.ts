import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { assertSafeFileSystem } from "./file-system.ts";
import { describeFault, writeFaultOf } from "./write-fault.ts";
import { startJournal } from "./journal.ts";
import { migrate, SCHEMA_VERSION, schemaVersion } from "./migrations.ts";

/** "deny" in ASCII: marks our files, so that another program's database is never migrated. */
export const APPLICATION_ID = 0x64656e79;
/** Older releases can corrupt a WAL database (https://sqlite.org/wal.html#walresetbug). */
const SQLITE_VERSION_MIN = "3.51.3";
export const BUSY_TIMEOUT_MS = 5000;
const JOURNAL_BYTES_MAX = 8 * 1024 * 1024;
const CACHE_KIB = 8192;

/**
 * Opens the database for writing, creating it when it is missing.
 *
 * @throws Error with one line for people when the file is no database of denyscope.
 */
export function openForWriting(path: string): Database.Database {
  assertSqliteVersion();
  if (path !== ":memory:") {
    makeFolder(path);
    assertSafeFileSystem(path);
  }
  const database = connect(path, false);
  try {
    assertOurs(database, path);
    // It takes effect before the first table only.
    database.pragma("auto_vacuum = INCREMENTAL");
    database.pragma("synchronous = FULL");
    database.pragma(`journal_size_limit = ${JOURNAL_BYTES_MAX}`);
    database.pragma("wal_autocheckpoint = 1000");
    database.pragma("foreign_keys = ON");
    database.pragma("trusted_schema = OFF");
    database.pragma("temp_store = MEMORY");
    database.pragma(`cache_size = -${CACHE_KIB}`);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    migrate(database, path);
    startJournal(database);
    return database;
  } catch (error) {
    database.close();
    throw explainWriting(error, path);
  }
}

/**
 * Opens an existing database for queries only.
 *
 * @throws Error with one line for people when there is none, or none of ours.
 */
export function openForReading(path: string): Database.Database {
  assertSqliteVersion();
  if (!existsSync(path)) {
    throw new Error(
      `Cannot open database "${path}": it does not exist; run "denyscope import FILE" or ` +
        `"denyscope agent" first, or name another with --db`,
    );
  }
  assertNoFolder(path);
  undoCutOff(path);
  const database = connect(path, true);
  try {
    assertOurs(database, path);
    const version = schemaVersion(database);
    if (version !== SCHEMA_VERSION) {
      throw new Error(
        `Cannot read database "${path}": its schema is version ${version}, this denyscope needs ` +
          `${SCHEMA_VERSION}; use the denyscope that wrote it`,
      );
    }
    database.pragma("query_only = ON");
    database.pragma("trusted_schema = OFF");
    database.pragma("temp_store = MEMORY");
    return database;
  } catch (error) {
    database.close();
    throw explain(error, path);
  }
}

function assertSqliteVersion(): void {
  const probe = new Database(":memory:");
  const version = String(probe.prepare("SELECT sqlite_version()").pluck().get());
  probe.close();
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const [wantMajor = 0, wantMinor = 0, wantPatch = 0] = SQLITE_VERSION_MIN.split(".").map(Number);
  const isNewEnough =
    major > wantMajor ||
    (major === wantMajor && (minor > wantMinor || (minor === wantMinor && patch >= wantPatch)));
  if (!isNewEnough) {
    throw new Error(
      `Cannot use SQLite ${version}: it can corrupt a database that two programs use; ` +
        `${SQLITE_VERSION_MIN} or newer is needed`,
    );
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw explain(error, path);
  }
  assertNoFolder(path);
}

function assertNoFolder(path: string): void {
  if (!existsSync(path) || !statSync(path).isDirectory()) return;
  throw new Error(`Cannot open database "${path}": it is a directory; name a file with --db`);
}

function connect(path: string, readonly: boolean): Database.Database {
  try {
    return new Database(path, { readonly, timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw readonly ? explain(error, path) : explainWriting(error, path);
  }
}

/** A first import that was killed has left pages behind, which no reader may take back. */
function undoCutOff(path: string): void {
  const journal = statSync(`${path}-journal`, { throwIfNoEntry: false });
  if (journal === undefined || journal.size === 0) return;
  const database = connect(path, false);
  try {
    // To read is enough: SQLite does it first.
    assertOurs(database, path);
  } catch (error) {
    throw explain(error, path);
  } finally {
    database.close();
  }
}

/** SQLite only says that a file cannot be made: there may be no space for one. */
function explainWriting(error: unknown, path: string): Error {
  const isUnclear = (error as { code?: unknown }).code === "SQLITE_CANTOPEN";
  const reason = isUnclear ? describeFault(writeFaultOf(error, path), error, path) : undefined;
  return reason === undefined ? explain(error, path) : new Error(reason, { cause: error });
}

/** An empty file becomes ours; a database that has tables must say that it is. */
function assertOurs(database: Database.Database, path: string): void {
  const tables = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
  if (tables === 0 || database.pragma("application_id", { simple: true }) === APPLICATION_ID) {
    return;
  }
  throw new Error(
    `Cannot use database "${path}": it belongs to another program; name another with --db`,
  );
}

/** One line for people: what cannot be done, with what, why, and what to do. */
export function explain(error: unknown, path: string): Error {
  const code = (error as { code?: unknown }).code;
  const reason = typeof code === "string" ? reasons[code] : undefined;
  if (reason === undefined) return error instanceof Error ? error : new Error(String(error));
  return new Error(`Cannot use database "${path}": ${reason}`, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: "it is not a SQLite database; name another with --db",
  SQLITE_CANTOPEN: "it cannot be opened; check that its folder exists and may be written to",
  SQLITE_CORRUPT: "its content is damaged; move it aside and import the logs again",
  SQLITE_FULL: "the disk is full; what was committed is kept, free some space and try again",
  SQLITE_IOERR_WRITE: "the disk cannot be written to; what was committed is kept",
  SQLITE_READONLY:
    "it may not be written to; check its permissions, and that its file system is not read-only",
  SQLITE_READONLY_ROLLBACK: "its first import was cut off; start that again",
  SQLITE_READONLY_DIRECTORY: "its folder may not be written to; check its permissions",
  SQLITE_BUSY: "another program has held it for five seconds; try again",
  EACCES: "its folder may not be written to; check its permissions or name another with --db",
  EROFS: "its file system is read-only; name another with --db",
  ENOTDIR: "a part of its path is not a folder; name another with --db",
  EEXIST: "a part of its path is not a folder; name another with --db",
  ENOSPC: "the disk is full; what was committed is kept, free some space and try again",
};
