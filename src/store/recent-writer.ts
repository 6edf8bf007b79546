import type Database from "better-sqlite3";
import type { RecentColumns } from "../model/counted-batch.ts";
import { BulkInsert } from "./bulk-insert.ts";
import { recentBytesMax, recentDenialsMax } from "../model/limits.ts";

/** Of a database that may not be large, raw text must leave most for what is counted. */
const SHARE_MAX = 1 / 16;

/** Keeps the last denials with their raw text: a window that moves on with each commit. */
export class RecentWriter {
  readonly #bytesMax: number;
  /** Bytes of raw text kept now. */
  #bytes = 0;
  #pending: { readonly recent: RecentColumns; readonly flowOf: (index: number) => number }[] = [];
  readonly #insert: BulkInsert;
  readonly #bounds: Database.Statement<[], { first: number | null; last: number | null }>;
  readonly #size: Database.Statement;
  readonly #sizes: Database.Statement<[], { id: number; bytes: number }>;
  readonly #deleteUpTo: Database.Statement;
  readonly #deleteAll: Database.Statement;

  /** `databaseBytesMax` is that of the whole database, of which these are to be a part. */
  constructor(database: Database.Database, databaseBytesMax = Number.POSITIVE_INFINITY) {
    this.#bytesMax = Math.min(recentBytesMax, databaseBytesMax * SHARE_MAX);
    this.#insert = new BulkInsert(database, "INSERT INTO recent_denials", 4, "");
    this.#bounds = database.prepare("SELECT min(id) AS first, max(id) AS last FROM recent_denials");
    this.#size = database.prepare("SELECT total(length(line)) FROM recent_denials").pluck();
    this.#sizes = database.prepare(
      "SELECT id, length(line) AS bytes FROM recent_denials ORDER BY id",
    );
    this.#deleteUpTo = database.prepare("DELETE FROM recent_denials WHERE id <= ?");
    // Without WHERE, SQLite drops the pages at once.
    this.#deleteAll = database.prepare("DELETE FROM recent_denials");
    this.reload();
    // The bound may have been larger when they were kept.
    const { first, last } = this.#bounds.get()!;
    if (first !== null && last !== null) this.#trim(first, last);
  }

  /** Reads again what is kept: at the start, and after a transaction that failed. */
  reload(): void {
    this.#bytes = this.#size.get() as number;
  }

  /** Takes the last denials of the open transaction, or of a counting session that ends in it. */
  add(recent: RecentColumns, flowOf: (index: number) => number): void {
    this.#pending.push({ recent, flowOf });
  }

  /** Forgets the batches of a transaction that was undone. */
  discard(): void {
    this.#insert.discard();
    this.#pending = [];
    this.reload();
  }

  /** Writes the last denials that fit, of all the batches of the transaction. */
  flush(): void {
    const pending = this.#pending;
    const fits = lastThatFit(
      pending.map(({ recent }) => recent),
      this.#bytesMax,
    );
    const total = fits.reduce((sum, { count }) => sum + count, 0);
    const { first, last } = this.#bounds.get()!;
    let id = (last ?? 0) + 1;
    if (total >= recentDenialsMax) {
      this.#deleteAll.run();
      this.#bytes = 0;
    }
    for (const [index, { from, count }] of fits.entries()) {
      const { recent, flowOf } = pending[index]!;
      for (let row = from; row < from + count; row++) {
        const line = recent.bytes.subarray(recent.start[row]!, recent.end[row]!);
        const at = this.#insert.nextRow();
        this.#insert.values[at] = id++;
        this.#insert.values[at + 1] = recent.time[row]!;
        this.#insert.values[at + 2] = flowOf(recent.flow[row]!);
        this.#insert.values[at + 3] = line;
        this.#bytes += line.length;
      }
    }
    this.#insert.flush();
    this.#pending = [];
    if (total < recentDenialsMax) this.#trim(first ?? id, id - 1);
  }

  /** Forgets the oldest rows, until what is left fits. */
  #trim(first: number, last: number): void {
    const tooOld = last - recentDenialsMax;
    let upTo = first - 1;
    let bytes = 0;
    for (const row of this.#sizes.iterate()) {
      if (row.id > tooOld && this.#bytes - bytes <= this.#bytesMax) break;
      bytes += row.bytes;
      upTo = row.id;
    }
    if (upTo < first) return;
    this.#bytes -= bytes;
    this.#deleteUpTo.run(upTo);
  }
}

/** Of each batch the range of rows that is among the last that fit. */
function lastThatFit(
  batches: readonly RecentColumns[],
  bytesMax: number,
): { from: number; count: number }[] {
  let rows = recentDenialsMax;
  let bytes = bytesMax;
  const ranges = batches.map(({ count }) => ({ from: count, count: 0 }));
  for (let index = batches.length - 1; index >= 0; index--) {
    const { count, start, end } = batches[index]!;
    for (let row = count - 1; row >= 0; row--) {
      bytes -= end[row]! - start[row]!;
      if (rows-- === 0 || bytes < 0) return ranges;
      ranges[index] = { from: row, count: count - row };
    }
  }
  return ranges;
}
