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
  readonly #sizeUpTo: Database.Statement<[number], number>;
  readonly #sizesAfter: Database.Statement<[number], { id: number; bytes: number }>;
  readonly #deleteUpTo: Database.Statement;
  readonly #deleteAll: Database.Statement;

  /** `databaseBytesMax` is that of the whole database, of which these are to be a part. */
  constructor(database: Database.Database, databaseBytesMax = Number.POSITIVE_INFINITY) {
    this.#bytesMax = Math.min(recentBytesMax, databaseBytesMax * SHARE_MAX);
    this.#insert = new BulkInsert(database, "INSERT INTO recent_denials", 4, "");
    this.#bounds = database.prepare("SELECT min(id) AS first, max(id) AS last FROM recent_denials");
    this.#sizeUpTo = database
      .prepare<[number], number>("SELECT total(length(line)) FROM recent_denials WHERE id <= ?")
      .pluck();
    this.#sizesAfter = database.prepare(
      "SELECT id, length(line) AS bytes FROM recent_denials WHERE id > ? ORDER BY id",
    );
    this.#deleteUpTo = database.prepare("DELETE FROM recent_denials WHERE id <= ?");
    // Without WHERE, SQLite drops the pages at once.
    this.#deleteAll = database.prepare("DELETE FROM recent_denials");
    this.reload();
    // The bound may have been larger when they were kept.
    this.#makeRoom(0, 0);
  }

  /** Reads again what is kept: at the start, and after a transaction that failed. */
  reload(): void {
    this.#bytes = this.#sizeUpTo.get(Number.MAX_SAFE_INTEGER)!;
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
    const pending = this.#pending.splice(0);
    const ranges = lastThatFit(
      pending.map(({ recent }) => recent),
      this.#bytesMax,
    );
    const { last } = this.#bounds.get()!;
    // Before the new rows come, which take the same pages: half as many are written then.
    this.#makeRoom(sumOf(ranges, "count"), sumOf(ranges, "bytes"));
    let id = (last ?? 0) + 1;
    for (const [index, { from, count }] of ranges.entries()) {
      const { recent, flowOf } = pending[index]!;
      for (let row = from; row < from + count; row++) {
        const at = this.#insert.nextRow();
        this.#insert.values[at] = id++;
        this.#insert.values[at + 1] = recent.time[row]!;
        this.#insert.values[at + 2] = flowOf(recent.flow[row]!);
        this.#insert.values[at + 3] = recent.bytes.subarray(recent.start[row]!, recent.end[row]!);
      }
    }
    this.#insert.flush();
  }

  /** Forgets the oldest rows, until so many more with so many bytes fit. */
  #makeRoom(rows: number, bytes: number): void {
    const { first, last } = this.#bounds.get()!;
    this.#bytes += bytes;
    if (first === null || last === null) return;
    if (rows >= recentDenialsMax) {
      this.#deleteAll.run();
      this.#bytes = bytes;
      return;
    }
    let upTo = Math.max(first - 1, last + rows - recentDenialsMax);
    if (upTo >= first) this.#bytes -= this.#sizeUpTo.get(upTo)!;
    if (this.#bytes > this.#bytesMax) {
      for (const { id, bytes: freed } of this.#sizesAfter.iterate(upTo)) {
        this.#bytes -= freed;
        upTo = id;
        if (this.#bytes <= this.#bytesMax) break;
      }
    }
    if (upTo >= first) this.#deleteUpTo.run(upTo);
  }
}

/** Rows of a batch, and the bytes of their lines. */
type Range = { from: number; count: number; bytes: number };

/** Of each batch the range of rows that is among the last that fit. */
function lastThatFit(batches: readonly RecentColumns[], bytesMax: number): Range[] {
  let rows = recentDenialsMax;
  let bytes = bytesMax;
  const ranges = batches.map(({ count }) => ({ from: count, count: 0, bytes: 0 }));
  for (let index = batches.length - 1; index >= 0; index--) {
    const { count, start, end } = batches[index]!;
    const range = ranges[index]!;
    for (let row = count - 1; row >= 0; row--) {
      const length = end[row]! - start[row]!;
      bytes -= length;
      if (rows-- === 0 || bytes < 0) return ranges;
      range.from = row;
      range.count++;
      range.bytes += length;
    }
  }
  return ranges;
}

function sumOf(ranges: readonly Range[], column: "count" | "bytes"): number {
  return ranges.reduce((sum, range) => sum + range[column], 0);
}
