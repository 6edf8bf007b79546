import type { FlowKeys } from "../model/counted-batch.ts";
import { FLOW_WORDS } from "../model/flow-key.ts";

const FLOWS_MIN = 1024;

/** The flows of a session by index: their keys, for not all have a row, and the rows of others. */
export class SessionFlowKeys {
  count = 0;
  words = new Int32Array(FLOWS_MIN * FLOW_WORDS);
  bytes = bytesOf(this.words);
  /** 0 for none: row ids begin at 1. They may be larger than 32 bits. */
  #rows = new Float64Array(FLOWS_MIN);
  #lastRows = new Float64Array(FLOWS_MIN);

  add({ count, words }: FlowKeys): void {
    while (this.count + count > this.#rows.length) this.#grow();
    this.words.set(words.subarray(0, count * FLOW_WORDS), this.count * FLOW_WORDS);
    this.count += count;
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

  /** Forgets all rows, and the flows after the first `count`. */
  forgetRows(count: number): void {
    this.count = count;
    this.#rows.fill(0);
    this.#lastRows.fill(0);
  }

  #grow(): void {
    this.words = grown(this.words, Int32Array);
    this.bytes = bytesOf(this.words);
    this.#rows = grown(this.#rows, Float64Array);
    this.#lastRows = grown(this.#lastRows, Float64Array);
  }
}

function grown<T extends Int32Array | Float64Array>(array: T, type: new (length: number) => T): T {
  const larger = new type(array.length * 2);
  larger.set(array);
  return larger;
}

function bytesOf(words: Int32Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}
