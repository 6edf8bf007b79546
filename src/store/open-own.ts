import Database from "better-sqlite3";
import { findDamage, isMarkedDamaged, isOurs, setAside } from "./damage.ts";
import { DatabaseLock } from "./lock.ts";
import { openForWriting } from "./open.ts";
import { writeFaultOf } from "./write-fault.ts";

/** A database that nobody else writes to. */
export type OwnDatabase = {
  readonly database: Database.Database;
  readonly lock: DatabaseLock;
  /** Why the one that was there was not used, where that was so. */
  readonly damage?: Damage;
};

export type Damage = { readonly reason: string; readonly movedTo: string };

/** @throws Error with one line for people when it is not ours, or somebody else holds it. */
export function openOwn(path: string): OwnDatabase {
  // Opened first: the lock lies beside the database, in a folder that this makes.
  const database = openForWriting(path);
  try {
    return { database, lock: new DatabaseLock(path) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * The same, checked: a damaged database is moved aside, and an empty one begun whose ledger says
 * so. `now` is milliseconds since the epoch.
 */
export function openSound(path: string, now: number): OwnDatabase {
  const first = openOrDamage(path);
  const lock = "lock" in first ? first.lock : new DatabaseLock(path);
  try {
    if ("database" in first) {
      const found = damageOf(first.database);
      if (found === undefined) return first;
      closeUntouched(first.database);
      return rebuilt(path, lock, found, now);
    }
    return rebuilt(path, lock, first.reason, now);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

function openOrDamage(path: string): OwnDatabase | { readonly reason: string } {
  if (isMarkedDamaged(path)) return { reason: "damage was met while it was in use" };
  try {
    return openOwn(path);
  } catch (error) {
    const { cause } = error as Error;
    if (writeFaultOf(cause, path) !== "damaged" || !isOurs(path)) throw error;
    return { reason: (cause as Error).message };
  }
}

function damageOf(database: Database.Database): string | undefined {
  try {
    return findDamage(database);
  } catch (error) {
    return (error as Error).message;
  }
}

function rebuilt(path: string, lock: DatabaseLock, reason: string, now: number): OwnDatabase {
  const movedTo = setAside(path, now);
  const database = openForWriting(path);
  database
    .prepare(
      `INSERT INTO losses (source, reason, byte_offset, seen_at, detail, content_hash)
       VALUES (NULL, 'database-damaged', 0, ?, ?, '')`,
    )
    .run(now * 1000, `${reason}; it is kept as ${movedTo}`);
  return { database, lock, damage: { reason, movedTo } };
}

/**
 * Closes a database and leaves its files as they are. The last connection that closes moves the
 * write-ahead log into the database and removes it, unless it can only read: so one such is the
 * last. A reader on a read-only mount could not make the log anew.
 */
export function closeUntouched(database: Database.Database): void {
  let reader: Database.Database | undefined;
  try {
    reader = new Database(database.name, { readonly: true });
    reader.prepare("SELECT count(*) FROM sqlite_schema").get();
  } catch {
    // Too damaged to be read, and thus to be changed.
  }
  database.close();
  reader?.close();
}
