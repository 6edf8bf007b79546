import type { FlowKeys } from "../model/counted-batch.ts";
import { FLOW_WORDS } from "../model/flow-key.ts";
import { freeArray } from "../model/free-array.ts";

const FLOWS_MIN = 1024;

/** The keys of the flows of a batch. */
type Keys = {
  /** Index of the first. */
  readonly from: number;
  readonly count: number;
  readonly words: Int32Array;
  /** The words, as bytes. */
  readonly bytes: Buffer;
};

export type KeyPlace = Pick<Keys, "words" | "bytes"> & { readonly at: number };

/** The flows of a session by index: their keys, for not all have a row, and the rows of others. */
export class SessionFlowKeys {
  count = 0;
  /** In the order of their indexes; the arrays are those of the batches, for they are large. */
  readonly #keys: Keys[] = [];
  /** 0 for none: row ids begin at 1. They may be larger than 32 bits. */
  #rows = new Float64Array(FLOWS_MIN);
  #lastRows = new Float64Array(FLOWS_MIN);

  add({ count, words }: FlowKeys): void {
    if (count === 0) return;
    const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
    this.#keys.push({ from: this.count, count, words, bytes });
    this.count += count;
    while (this.count > this.#rows.length) {
      this.#rows = doubled(this.#rows);
      this.#lastRows = doubled(this.#lastRows);
    }
  }

  /** Where the key of a flow is. */
  keyOf(index: number): KeyPlace {
    let low = 0;
    let high = this.#keys.length - 1;
    // Most are of the batch that came last.
    if (index >= this.#keys[high]!.from) low = high;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#keys[middle]!.from <= index) low = middle;
      else high = middle - 1;
    }
    const { from, words, bytes } = this.#keys[low]!;
    return { words, bytes, at: (index - from) * FLOW_WORDS };
  }

  /** The row of its own that a flow has, as far as the session knows. */
  rowOf(index: number): number | undefined {
    const row = this.#rows[index]!;
    return row === 0 ? undefined : row;
  }

  hasRow(index: number, row: number): void {
    this.#rows[index] = row;
  }

  /** The row that a flow was counted in last, its own or another. */
  lastRowOf(index: number): number {
    return this.#lastRows[index]!;
  }

  countedIn(index: number, row: number): void {
    this.#lastRows[index] = row;
  }

  /** Gives the memory back: nobody asks for a flow of the session again. */
  release(): void {
    for (const { words } of this.#keys.splice(0)) freeArray(words);
    freeArray(this.#rows);
    freeArray(this.#lastRows);
  }

  /** Forgets all rows, and the flows of the batches after the first `count`. */
  forgetRows(count: number): void {
    while (this.count > count) this.count -= this.#keys.pop()!.count;
    this.#rows.fill(0);
    this.#lastRows.fill(0);
  }
}

function doubled(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
