import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type Database from "better-sqlite3";
import { ballastPath } from "./ballast.ts";
import { APPLICATION_ID } from "./open.ts";

/** Up to this size all of a database is checked; reading it takes about a second. */
export const QUICK_CHECK_BYTES_MAX = 256 * 1024 * 1024;
/** Of a larger one, these: all but the rows of a time, and what they are counted by. */
const tablesOfPartialCheck = [
  "meta",
  "nodes",
  "prefixes",
  "sources",
  "source_lines",
  "source_prefixes",
  "source_rejects",
  "losses",
  "expired",
  "open_attempts",
  "upper_bound_minutes",
] as const;

/** What is wrong with the structure of a database; undefined when nothing is found. */
export function findDamage(database: Database.Database): string | undefined {
  const isSmall = statSync(database.name).size <= QUICK_CHECK_BYTES_MAX;
  const checks = isSmall
    ? ["quick_check(1)"]
    : tablesOfPartialCheck.map((table) => `quick_check(${table})`);
  for (const check of checks) {
    const found = database.pragma(check, { simple: true });
    if (found !== "ok") return String(found).split("\n").join(" ");
  }
  return undefined;
}

/** Remembers that a running agent met damage which the check of the next start may not find. */
export function markDamaged(path: string, reason: string): void {
  try {
    writeFileSync(markPath(path), reason);
  } catch {
    // Then it is met again.
  }
}

export function isMarkedDamaged(path: string): boolean {
  return existsSync(markPath(path));
}

function markPath(path: string): string {
  return `${path}-damaged`;
}

const HEADER = "SQLite format 3\0";
const APPLICATION_ID_OFFSET = 68;

/**
 * Whether a file that SQLite cannot use is a database of ours: by its header, or, where that is
 * gone, by the file that only an agent makes beside it.
 */
export function isOurs(path: string): boolean {
  const head = Buffer.alloc(100);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  const hasHeader = head.toString("latin1", 0, HEADER.length) === HEADER;
  if (!hasHeader) return existsSync(ballastPath(path));
  return head.readUInt32BE(APPLICATION_ID_OFFSET) === APPLICATION_ID;
}

/**
 * Moves a damaged database out of the way, with the files that belong to it, and deletes nothing.
 * Returns where it lies now.
 */
export function setAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(":", "-");
  let aside = `${path}.damaged-${stamp}Z`;
  for (let n = 2; existsSync(aside); n++) aside = `${path}.damaged-${stamp}Z-${n}`;
  // The log first: whatever ends this in between, no log is left beside another database.
  for (const suffix of ["-wal", "-shm", "", "-damaged"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}
