import type Database from "better-sqlite3";

/** What waits in the spool. It looks at each message: ask once, and keep count from there. */
export function spoolBytes(database: Database.Database): number {
  const sum = "SELECT coalesce(sum(octet_length(event) + octet_length(record)), 0) FROM spool";
  return database.prepare(sum).pluck().get() as number;
}
