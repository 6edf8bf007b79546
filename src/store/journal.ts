import type Database from "better-sqlite3";

/**
 * Until its first transaction is committed, a new database has a rollback journal: a page that was
 * not there before needs no copy in it, and is written once. A write-ahead log takes each page
 * first, and the database after it, which is a seventh of the time of an import. Nobody misses the
 * log, for there is nothing to read yet; it lets readers and the writer work side by side.
 */
export function startJournal(database: Database.Database): void {
  const isFilled = database.prepare("SELECT 1 FROM sources LIMIT 1").get() !== undefined;
  if (isFilled) startLog(database);
  // TRUNCATE syncs the end of the journal: what was committed stays so.
  else if (!hasLog(database)) database.pragma("journal_mode = TRUNCATE");
}

/** Whether it has a write-ahead log now. A reader, or a file system, may not let it have one. */
export function startLog(database: Database.Database): boolean {
  try {
    return database.pragma("journal_mode = WAL", { simple: true }) === "wal";
  } catch {
    // All is committed, and the next commit tries again.
    return false;
  }
}

function hasLog(database: Database.Database): boolean {
  return database.pragma("journal_mode", { simple: true }) === "wal";
}
