import type { RecentColumns } from "../model/counted-batch.ts";
import { recentBytesMax, recentDenialsMax } from "../model/limits.ts";
import type { RecentTable } from "./counter-tables.ts";

/** Batches whose buffers are kept for their last lines; of older ones the lines are copied. */
const BUFFERS_KEPT_MAX = 18;

type Columns = RecentColumns & { readonly bytes: Buffer };

type Kept = {
  readonly columns: Columns;
  /** Bytes of raw text. */
  readonly bytes: number;
  /** Gives the buffer back; undefined when the lines are copies. */
  release: (() => void) | undefined;
};

/**
 * The last denials of a transaction, with their raw text. Which they are is known only when it
 * ends, so the buffers of the last batches are kept until then, not copied.
 */
export class RecentDenials {
  #kept: Kept[] = [];

  /** Takes what the table has of a batch; `release` gives back the buffer that it lies in. */
  add(table: RecentTable, batch: Buffer, release: () => void): void {
    const columns = columnsOf(table, batch);
    table.clear();
    if (columns.count === 0) {
      release();
      return;
    }
    const bytes = sumOf(columns);
    this.#kept.push({ columns, bytes, release });
    this.#dropSurpassed();
    const buffers = this.#kept.filter(({ release }) => release !== undefined);
    if (buffers.length > BUFFERS_KEPT_MAX) copyOut(this.#kept, buffers[0]!);
  }

  /** The last denials that fit, oldest first; what was added is forgotten. */
  take(): RecentColumns {
    const kept = this.#kept;
    this.#kept = [];
    const all = joined(kept.map(({ columns }) => columns));
    for (const { release } of kept) release?.();
    return all;
  }

  /** What later batches have pushed out for certain. */
  #dropSurpassed(): void {
    let rows = 0;
    let bytes = 0;
    for (let index = this.#kept.length - 1; index >= 0; index--) {
      if (rows >= recentDenialsMax || bytes >= recentBytesMax) {
        for (const { release } of this.#kept.splice(0, index + 1)) release?.();
        return;
      }
      rows += this.#kept[index]!.columns.count;
      bytes += this.#kept[index]!.bytes;
    }
  }
}

function sumOf({ count, start, end }: Columns): number {
  let bytes = 0;
  for (let row = 0; row < count; row++) bytes += end[row]! - start[row]!;
  return bytes;
}

function copyOut(kept: Kept[], oldest: Kept): void {
  const columns = joined([oldest.columns]);
  oldest.release?.();
  kept[kept.indexOf(oldest)] = { columns, bytes: oldest.bytes, release: undefined };
}

/** The rows of a ring, oldest first. */
function columnsOf(table: RecentTable, bytes: Buffer): Columns {
  const count = Math.min(table.count, recentDenialsMax);
  const first = (table.count - count) % recentDenialsMax;
  const untilEnd = Math.min(count, recentDenialsMax - first);
  const ordered = <T extends Int32Array | Float64Array>(ring: T, rows: T): T => {
    rows.set(ring.subarray(first, first + untilEnd));
    rows.set(ring.subarray(0, count - untilEnd), untilEnd);
    return rows;
  };
  return {
    count,
    bytes,
    start: ordered(table.start, new Int32Array(count)),
    end: ordered(table.end, new Int32Array(count)),
    flow: ordered(table.flow, new Int32Array(count)),
    time: ordered(table.time, new Float64Array(count)),
  };
}

/** One after the other, with a copy of the raw text; of all only the last that fit. */
function joined(parts: readonly Columns[]): Columns {
  let rows = 0;
  let size = 0;
  const from = parts.map(({ count }) => count);
  outer: for (let part = parts.length - 1; part >= 0; part--) {
    const { count, start, end } = parts[part]!;
    for (let row = count - 1; row >= 0; row--) {
      const length = end[row]! - start[row]!;
      if (rows === recentDenialsMax || size + length > recentBytesMax) break outer;
      rows++;
      size += length;
      from[part] = row;
    }
  }
  const all = {
    count: rows,
    bytes: Buffer.allocUnsafeSlow(size),
    start: new Int32Array(rows),
    end: new Int32Array(rows),
    flow: new Int32Array(rows),
    time: new Float64Array(rows),
  };
  let at = 0;
  let place = 0;
  for (const [part, { count, bytes, start, end, flow, time }] of parts.entries()) {
    for (let row = from[part]!; row < count; row++) {
      all.start[at] = place;
      place += bytes.copy(all.bytes, place, start[row], end[row]);
      all.end[at] = place;
      all.flow[at] = flow[row]!;
      all.time[at] = time[row]!;
      at++;
    }
  }
  return all;
}
