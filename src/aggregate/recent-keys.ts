import assert from "node:assert/strict";
import type { RecentKeyEntries } from "../model/counted-batch.ts";
import { equalWords, hashWords } from "./word-hash.ts";

/** family << 16 | protocol first; the words that an IPv4 key does not need stand last. */
export const RECENT_KEY_WORDS = 12;
const IPV4_KEY_WORDS = 6;

function lengthOf(words: Int32Array, at: number): number {
  return words[at]! >>> 16 === 6 ? RECENT_KEY_WORDS : IPV4_KEY_WORDS;
}

function hashOf(words: Int32Array, at: number): number {
  return hashWords(words, at, lengthOf(words, at));
}

const ENTRIES_MIN = 256;

/** A slot holds an entry + 1 in these bits, and above them as much of the hash as fits. */
const ENTRY_BITS = 17;
const ENTRY_MASK = (1 << ENTRY_BITS) - 1;
const GENERATION_ENTRIES_MAX = ENTRY_MASK;

/** Entries in the order in which they came, and slots that find them by key. */
class Generation {
  count = 0;
  newestTime = Number.NEGATIVE_INFINITY;
  words = new Int32Array(ENTRIES_MIN * RECENT_KEY_WORDS);
  times = new Float64Array(ENTRIES_MIN);
  /** Most keys are new, and the bits of the hash say so without a look at an entry. */
  #slots = new Int32Array(ENTRIES_MIN * 2);

  /** The newest entry with this key; -1 when there is none. */
  find(key: Int32Array, hash: number): number {
    const slot = this.#slots[this.#slotOf(key, 0, hash)]!;
    return (slot & ENTRY_MASK) - 1;
  }

  append(key: Int32Array, at: number, hash: number, time: number): void {
    if (this.count === this.times.length) this.#grow();
    const entry = this.count++;
    const own = entry * RECENT_KEY_WORDS;
    const length = lengthOf(key, at);
    for (let i = 0; i < length; i++) this.words[own + i] = key[at + i]!;
    this.times[entry] = time;
    if (time > this.newestTime) this.newestTime = time;
    this.#point(hash, entry);
  }

  clear(): void {
    this.count = 0;
    this.newestTime = Number.NEGATIVE_INFINITY;
    this.#slots.fill(0);
  }

  /** A key that came again has its newest entry in the slot. */
  #point(hash: number, entry: number): void {
    const slot = this.#slotOf(this.words, entry * RECENT_KEY_WORDS, hash);
    this.#slots[slot] = (hash & ~ENTRY_MASK) | (entry + 1);
  }

  /** The slot of a key: the one that has it, else the empty one where it belongs. */
  #slotOf(key: Int32Array, at: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const tag = hash & ~ENTRY_MASK;
    let slot = hash & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const value = slots[slot]!;
      if ((value & ~ENTRY_MASK) !== tag) continue;
      const own = ((value & ENTRY_MASK) - 1) * RECENT_KEY_WORDS;
      if (equalWords(this.words, own, key, at, lengthOf(key, at))) break;
    }
    return slot;
  }

  #grow(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    const times = new Float64Array(this.times.length * 2);
    times.set(this.times);
    this.times = times;
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.count; entry++) {
      this.#point(hashOf(words, entry * RECENT_KEY_WORDS), entry);
    }
  }
}

/**
 * Remembers keys with the time at which each was first met: at least the last `entriesMax`, at most
 * twice as many. What is forgotten depends on the order of the keys alone, never on how the lines
 * were cut into batches, so a process that loads the entries goes on as if it had been there.
 */
export class RecentKeys {
  readonly key = new Int32Array(RECENT_KEY_WORDS);
  /** The newest time among the entries that were forgotten last; -Infinity before that. */
  forgottenTime = Number.NEGATIVE_INFINITY;
  readonly #entriesMax: number;
  readonly #windowMicros: number;
  #current = new Generation();
  #previous = new Generation();
  /** Ordinal of the first entry of the current generation. */
  #base = 0;
  #taken = 0;

  constructor(entriesMax: number, windowMicros: number) {
    assert(entriesMax <= GENERATION_ENTRIES_MAX);
    this.#entriesMax = entriesMax;
    this.#windowMicros = windowMicros;
  }

  /** Whether `key` was met within the window before `time`; when not, it is remembered now. */
  isKnown(time: number): boolean {
    const hash = hashOf(this.key, 0);
    let generation = this.#current;
    let entry = generation.find(this.key, hash);
    if (entry < 0) {
      generation = this.#previous;
      entry = generation.find(this.key, hash);
    }
    if (entry >= 0 && Math.abs(time - generation.times[entry]!) <= this.#windowMicros) return true;
    this.#append(this.key, 0, hash, time);
    return false;
  }

  #append(key: Int32Array, at: number, hash: number, time: number): void {
    this.#current.append(key, at, hash, time);
    // At once, not at the next key: what is remembered then follows from the ordinal alone.
    if (this.#current.count === this.#entriesMax) this.#turn();
  }

  #turn(): void {
    const forgotten = this.#previous;
    this.forgottenTime = forgotten.newestTime;
    forgotten.clear();
    this.#previous = this.#current;
    this.#current = forgotten;
    this.#base += this.#entriesMax;
  }

  /** The entries that were not taken before, as far as they are still remembered. */
  takeNew(): RecentKeyEntries {
    const total = this.#base + this.#current.count;
    const from = Math.max(this.#taken, this.#base - this.#previous.count);
    const words = new Int32Array((total - from) * RECENT_KEY_WORDS);
    const times = new Float64Array(total - from);
    let copied = 0;
    const copy = (generation: Generation, start: number) => {
      const { count } = generation;
      if (start >= count) return;
      words.set(
        generation.words.subarray(start * RECENT_KEY_WORDS, count * RECENT_KEY_WORDS),
        copied * RECENT_KEY_WORDS,
      );
      times.set(generation.times.subarray(start, count), copied);
      copied += count - start;
    };
    if (from < this.#base) copy(this.#previous, from - (this.#base - this.#previous.count));
    copy(this.#current, Math.max(0, from - this.#base));
    this.#taken = total;
    const keepFrom = this.#base - this.#entriesMax;
    const { forgottenTime } = this;
    return {
      from,
      count: total - from,
      keepFrom,
      forgottenTime: Number.isFinite(forgottenTime) ? forgottenTime : undefined,
      words,
      times,
    };
  }

  /** Takes over what a process before had opened. Entries come in the order of their ordinals. */
  load(entries: readonly RecentKeyEntries[]): void {
    const last = entries.at(-1);
    if (last === undefined) return;
    const total = last.from + last.count;
    const base = Math.floor(total / this.#entriesMax) * this.#entriesMax;
    const kept = base - this.#entriesMax;
    for (const { from, count, words, times } of entries) {
      for (let i = 0; i < count; i++) {
        if (from + i < kept) continue;
        const generation = from + i < base ? this.#previous : this.#current;
        const at = i * RECENT_KEY_WORDS;
        generation.append(words, at, hashOf(words, at), times[i]!);
      }
    }
    this.#base = base;
    this.#taken = total;
    this.forgottenTime = last.forgottenTime ?? Number.NEGATIVE_INFINITY;
  }
}
