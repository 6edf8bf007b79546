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
  #pending: Pending[] = [];
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
    for (const [index, range] of ranges.entries()) {
      this.#addRange(pending[index]!, range, id);
      id += range.count;
    }
    this.#insert.flush();
  }

  /** A function of its own: V8 leaves a loop in a loop that runs but once a transaction. */
  #addRange({ recent, flowOf }: Pending, { from, count }: Range, firstId: number): void {
    for (let row = from; row < from + count; row++) {
      const at = this.#insert.nextRow();
      this.#insert.values[at] = firstId + row - from;
      this.#insert.values[at + 1] = recent.time[row]!;
      this.#insert.values[at + 2] = flowOf(recent.flow[row]!);
      this.#insert.values[at + 3] = recent.bytes.subarray(recent.start[row]!, recent.end[row]!);
    }
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

type Pending = { readonly recent: RecentColumns; readonly flowOf: (index: number) => number };

/** Rows of a batch, and the bytes of their lines. */
type Range = { readonly from: number; readonly count: number; readonly bytes: number };

/** Of each batch the range of rows that is among the last that fit. */
function lastThatFit(batches: readonly RecentColumns[], bytesMax: number): Range[] {
  let [rows, bytes] = [recentDenialsMax, bytesMax];
  const ranges: Range[] = [];
  for (const batch of batches.toReversed()) {
    const range = lastOf(batch, rows, bytes);
    rows -= range.count;
    bytes -= range.bytes;
    // Those before a row that does not fit do not either.
    if (range.from > 0) [rows, bytes] = [0, 0];
    ranges.push(range);
  }
  return ranges.toReversed();
}

function lastOf({ count, start, end }: RecentColumns, rowsMax: number, bytesMax: number): Range {
  let [from, bytes] = [count, 0];
  while (from > 0 && count - from < rowsMax) {
    const length = end[from - 1]! - start[from - 1]!;
    if (bytes + length > bytesMax) break;
    bytes += length;
    from--;
  }
  return { from, count: count - from, bytes };
}

function sumOf(ranges: readonly Range[], column: "count" | "bytes"): number {
  return ranges.reduce((sum, range) => sum + range[column], 0);
}
