/**
 * How many distinct sources there were, in at most 2 KiB: HyperLogLog with the estimator of Ertl
 * (2017, "New cardinality estimation algorithms for HyperLogLog sketches"). A sketch is the hashes
 * themselves while they are few, four bytes each in rising order, and then a register for each of
 * 2,048 parts of the hashes. Merging two gives the sketch of the union, whatever the order.
 */
const REGISTER_BITS = 11;
const REGISTERS = 2 ** REGISTER_BITS;
const RANK_BITS = 32 - REGISTER_BITS;
const HASH_BYTES = 4;
/** Beyond these, registers take less space. */
const HASHES_MAX = REGISTERS / HASH_BYTES - 1;

/** Two standard deviations of an estimate: 19 of 20 are closer. */
export const sketchError = 0.046;

export class SourceSketch {
  /** Exact, until there are too many. */
  #hashes: Set<number> | undefined = new Set();
  #registers = new Uint8Array(0);

  static of(bytes: Uint8Array): SourceSketch {
    const sketch = new SourceSketch();
    sketch.mergeBytes(bytes);
    return sketch;
  }

  /** Whether the number of sources is an estimate. */
  get isEstimate(): boolean {
    return this.#hashes === undefined;
  }

  /** `hash` is 32 bits, all of which depend on all of the source. */
  add(hash: number): void {
    if (this.#hashes === undefined) {
      this.#addToRegister(hash);
      return;
    }
    this.#hashes.add(hash >>> 0);
    if (this.#hashes.size > HASHES_MAX) this.#spread();
  }

  merge(other: SourceSketch): void {
    this.mergeBytes(other.bytes());
  }

  /** Merges a sketch as bytes() gives it. */
  mergeBytes(bytes: Uint8Array): void {
    if (bytes.length !== REGISTERS) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let at = 0; at < bytes.length; at += HASH_BYTES) this.add(view.getUint32(at));
      return;
    }
    if (this.#hashes !== undefined) this.#spread();
    const registers = this.#registers;
    for (let at = 0; at < REGISTERS; at++) {
      if (bytes[at]! > registers[at]!) registers[at] = bytes[at]!;
    }
  }

  /** What the database keeps. Equal sketches are equal bytes. */
  bytes(): Uint8Array {
    if (this.#hashes === undefined) return this.#registers;
    const bytes = new Uint8Array(this.#hashes.size * HASH_BYTES);
    const view = new DataView(bytes.buffer);
    const hashes = Uint32Array.from(this.#hashes).sort();
    for (const [index, hash] of hashes.entries()) view.setUint32(index * HASH_BYTES, hash);
    return bytes;
  }

  estimate(): number {
    if (this.#hashes !== undefined) return this.#hashes.size;
    const counts = Array<number>(RANK_BITS + 2).fill(0);
    for (const rank of this.#registers) counts[rank]!++;
    let z = REGISTERS * tau(1 - counts[RANK_BITS + 1]! / REGISTERS);
    for (let rank = RANK_BITS; rank >= 1; rank--) z = (z + counts[rank]!) / 2;
    z += REGISTERS * sigma(counts[0]! / REGISTERS);
    return Math.round(REGISTERS ** 2 / (2 * Math.LN2) / z);
  }

  #spread(): void {
    const hashes = this.#hashes ?? [];
    this.#hashes = undefined;
    this.#registers = new Uint8Array(REGISTERS);
    for (const hash of hashes) this.#addToRegister(hash);
  }

  #addToRegister(hash: number): void {
    const register = hash >>> RANK_BITS;
    const rest = hash << REGISTER_BITS;
    const rank = rest === 0 ? RANK_BITS + 1 : Math.clz32(rest) + 1;
    if (rank > this.#registers[register]!) this.#registers[register] = rank;
  }
}

/** What empty registers add. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let z = share;
  for (let x = share, y = 1, before = -1; z !== before; y *= 2) {
    x *= x;
    before = z;
    z += x * y;
  }
  return z;
}

/** What full registers take away. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let z = 1 - share;
  for (let x = share, y = 0.5, before = -1; z !== before; y /= 2) {
    x = Math.sqrt(x);
    before = z;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
