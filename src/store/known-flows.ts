const FILTER_BITS = 2 ** 23;
/** One in thirty of the flows that are not known are taken for known then. */
const FLOWS_MAX = 2 ** 18;

/**
 * Remembers, in 2 MiB, which flows have had a row lately: under a flood of new sources, hardly one
 * of them is looked for in the index. It may take a flow for known that is not, and forgets those
 * that do not come back.
 */
export class KnownFlows {
  #recent = new Int32Array(FILTER_BITS / 32);
  #older = new Int32Array(FILTER_BITS / 32);
  #flows = 0;

  /** `hash` is 32 bits. */
  mayHave(hash: number): boolean {
    const word = (hash & (FILTER_BITS - 1)) >>> 5;
    return ((this.#recent[word]! | this.#older[word]!) & (1 << (hash & 31))) !== 0;
  }

  add(hash: number): void {
    const word = (hash & (FILTER_BITS - 1)) >>> 5;
    const bit = 1 << (hash & 31);
    if ((this.#recent[word]! & bit) !== 0) return;
    this.#recent[word]! |= bit;
    if (++this.#flows < FLOWS_MAX) return;
    [this.#recent, this.#older] = [this.#older, this.#recent];
    this.#recent.fill(0);
    this.#flows = 0;
  }
}
