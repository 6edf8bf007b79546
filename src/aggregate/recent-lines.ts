import type { RecentColumns } from "../model/counted-batch.ts";
import { recentBytesMax, recentDenialsMax } from "../model/limits.ts";

/**
 * Where the denials of a batch lie in its bytes: the last that fit are kept with their raw text.
 */
export class RecentLines {
  #count = 0;
  #start = new Int32Array(recentDenialsMax);
  #end = new Int32Array(recentDenialsMax);
  #flow = new Int32Array(recentDenialsMax);
  #time = new Float64Array(recentDenialsMax);

  add(start: number, end: number, flow: number, time: number): void {
    const at = this.#count++ % recentDenialsMax;
    this.#start[at] = start;
    this.#end[at] = end;
    this.#flow[at] = flow;
    this.#time[at] = time;
  }

  take(bytes: Uint8Array): RecentColumns {
    let count = 0;
    let size = 0;
    for (; count < Math.min(this.#count, recentDenialsMax); count++) {
      const at = (this.#count - 1 - count) % recentDenialsMax;
      size += this.#end[at]! - this.#start[at]!;
      if (size > recentBytesMax) break;
    }
    const columns = {
      count,
      bytes,
      start: this.#ordered(this.#start, new Int32Array(count)),
      end: this.#ordered(this.#end, new Int32Array(count)),
      flow: this.#ordered(this.#flow, new Int32Array(count)),
      time: this.#ordered(this.#time, new Float64Array(count)),
    };
    this.#count = 0;
    return columns;
  }

  /** The last rows of a ring, oldest first. */
  #ordered<T extends Int32Array | Float64Array>(ring: T, rows: T): T {
    const first = (this.#count - rows.length) % recentDenialsMax;
    const untilEnd = Math.min(rows.length, recentDenialsMax - first);
    rows.set(ring.subarray(first, first + untilEnd));
    rows.set(ring.subarray(0, rows.length - untilEnd), untilEnd);
    return rows;
  }
}
