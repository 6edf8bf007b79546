import type { RecentColumns } from "../model/counted-batch.ts";
import { freeArray } from "../model/free-array.ts";
import { recentBytesMax, recentDenialsMax } from "../model/limits.ts";
import type { RecentTable } from "./counter-tables.ts";

/** Batches whose buffers are kept for their last lines; of older ones the lines are copied. */
const BUFFERS_KEPT_MAX = 4;
/** Which share of the bytes that were read must be text of denials, so that no copy is worth it. */
const DENSE_MIN = 0.8;
/** Below this share, a copy at once takes less time than to read the bytes again. */
const SPARSE_MAX = 0.25;

/** A batch of lines that was counted. */
export type CountedLines = {
  readonly bytes: Buffer;
  /** Reads a part of the batch again from where it came from, where that is possible. */
  readonly readAgain: ((start: number, end: number) => Buffer) | undefined;
};

type Columns = RecentColumns & { readonly bytes: Buffer };

type Kept = {
  columns: Columns;
  /** Bytes of raw text. */
  readonly size: number;
  /** Gives the buffer back; undefined when that was done. */
  release: (() => void) | undefined;
  /** For columns whose buffer was given back and whose text is not copied. */
  readAgain: CountedLines["readAgain"];
};

/**
 * The last denials of a transaction, with their raw text. Which they are is known only when it
 * ends, so where most lines are denials nothing is copied before: text is read again from a file,
 * and buffers of other contents are kept. That leaves the same few buffers in the processor's
 * cache, a fifth off the time of an import (bench/import-against-mawk.ts).
 */
export class RecentDenials {
  #kept: Kept[] = [];

  /** Of raw text that take() would give. */
  get bytes(): number {
    return this.#kept.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Takes what the table has of a batch, whose flows a session knows; `release` gives back the
   * buffer that it lies in.
   */
  add(
    session: number,
    table: RecentTable,
    { bytes, readAgain }: CountedLines,
    release: () => void,
  ): void {
    const columns = columnsOf(session, table, bytes);
    table.clear();
    if (columns.count === 0) return release();
    const kept: Kept = { columns, size: sumOf(columns), release, readAgain };
    if (kept.size < SPARSE_MAX * spanOf(columns)) copyOf(kept);
    else if (readAgain !== undefined) letGo(kept);
    this.#kept.push(kept);
    this.#dropSurpassed();
    const buffers = this.#kept.filter(({ release }) => release !== undefined);
    if (buffers.length > BUFFERS_KEPT_MAX) copyOut(buffers[0]!);
  }

  /** Reads again what must be, for the content that it comes from is closed next. */
  settle(): void {
    for (const kept of this.#kept) {
      if (kept.readAgain !== undefined) copyOut(kept);
    }
  }

  /** The denials that may be among the last, batch by batch; what was added is forgotten. */
  take(): RecentColumns[] {
    for (const kept of this.#kept) {
      if (kept.readAgain !== undefined || kept.release !== undefined) copyOut(kept);
    }
    return this.#kept.splice(0).map(({ columns }) => columns);
  }

  /** What later batches have pushed out for certain. */
  #dropSurpassed(): void {
    let rows = 0;
    let size = 0;
    for (let index = this.#kept.length - 1; index >= 0; index--) {
      if (rows >= recentDenialsMax || size >= recentBytesMax) {
        for (const kept of this.#kept.splice(0, index + 1)) drop(kept);
        return;
      }
      rows += this.#kept[index]!.columns.count;
      size += this.#kept[index]!.size;
    }
  }
}

function drop({ columns, release, readAgain }: Kept): void {
  if (release !== undefined) release();
  else if (readAgain === undefined) freeArray(columns.bytes);
}

/** Gives the buffer back. */
function letGo(kept: Kept): void {
  kept.release?.();
  kept.release = undefined;
}

/** Makes the text of a batch's denials its own, while its buffer is there. */
function copyOf(kept: Kept): void {
  kept.columns = copied(kept.columns);
  kept.readAgain = undefined;
  letGo(kept);
}

/** The same, where its buffer may have been given back. */
function copyOut(kept: Kept): void {
  if (kept.readAgain === undefined) return copyOf(kept);
  const read = readColumns(kept.columns, kept.readAgain);
  // Between denials there may be much that is none.
  const isOwn = kept.size >= DENSE_MIN * read.bytes.length;
  kept.columns = isOwn ? read : copied(read);
  kept.readAgain = undefined;
}

/** The same rows on text that was read again; a file that has shrunk since has fewer of them. */
function readColumns(columns: Columns, readAgain: NonNullable<CountedLines["readAgain"]>): Columns {
  const first = columns.start[0]!;
  const bytes = readAgain(first, columns.end.at(-1)!);
  const start = columns.start.map((offset) => offset - first);
  const end = columns.end.map((offset) => offset - first);
  const lost = end.findIndex((offset) => offset > bytes.length);
  return { ...columns, count: lost < 0 ? columns.count : lost, bytes, start, end };
}

/** Bytes from the first denial to the end of the last. */
function spanOf({ start, end }: Pick<Columns, "start" | "end">): number {
  return end.at(-1)! - start[0]!;
}

function sumOf({ count, start, end }: Pick<Columns, "count" | "start" | "end">): number {
  let bytes = 0;
  for (let row = 0; row < count; row++) bytes += end[row]! - start[row]!;
  return bytes;
}

/** The rows of a ring, oldest first. */
export function columnsOf(session: number, table: RecentTable, bytes: Buffer): Columns {
  const count = Math.min(table.count, recentDenialsMax);
  const first = (table.count - count) % recentDenialsMax;
  const untilEnd = Math.min(count, recentDenialsMax - first);
  const ordered = <T extends Int32Array | Float64Array>(ring: T, rows: T): T => {
    rows.set(ring.subarray(first, first + untilEnd));
    rows.set(ring.subarray(0, count - untilEnd), untilEnd);
    return rows;
  };
  return {
    session,
    count,
    bytes,
    start: ordered(table.start, new Int32Array(count)),
    end: ordered(table.end, new Int32Array(count)),
    flow: ordered(table.flow, new Int32Array(count)),
    time: ordered(table.time, new Float64Array(count)),
  };
}

/** The same rows on a copy of their raw text. */
function copied({ count, bytes, start, end, ...rest }: Columns): Columns {
  const text = Buffer.allocUnsafeSlow(sumOf({ count, start, end }));
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let place = 0;
  for (let row = 0; row < count; row++) {
    starts[row] = place;
    place += bytes.copy(text, place, start[row], end[row]);
    ends[row] = place;
  }
  return { ...rest, count, bytes: text, start: starts, end: ends };
}
