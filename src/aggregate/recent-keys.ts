import { touch } from "../model/touch.ts";
import { untouchedNumbers, untouchedWords } from "../model/untouched.ts";
import { equalWords, hashWords } from "./word-hash.ts";

/** The family, shifted by 16, in the first; the words that an IPv4 key does not need stand last. */
export const RECENT_KEY_WORDS = 12;
/** A key is kept in two halves, of which IPv4 takes no memory for the second. */
export const HALF_KEY_WORDS = 6;

/** A slot holds an entry + 1 in these bits, and above them as much of the hash as fits. */
const ENTRY_BITS = 18;
const ENTRY_MASK = (1 << ENTRY_BITS) - 1;

/** Whether the key that begins at `at` has a second half. */
export function isIpv6(words: Int32Array, at: i32): boolean {
  return words[at]! >>> 16 === 6;
}

/**
 * Remembers keys with the time at which each was first met: at least the last `entriesMax`, at most
 * twice as many. What is forgotten depends on the order of the keys alone, never on how the lines
 * were cut into batches, so a process that loads the entries goes on as if it had been there.
 */
export class RecentKeys {
  /** A power of two, at most 65,536. */
  readonly entriesMax: i32;
  /** Where load() finds a key. */
  readonly key: Int32Array = new Int32Array(RECENT_KEY_WORDS);
  /** A ring of two generations of entries, in the order in which they came: their first halves. */
  readonly words: Int32Array;
  /** The second halves, at the same places. */
  readonly ipv6Words: Int32Array;
  readonly times: Float64Array;
  /** Entries since the database began; the last of them are in the ring. */
  total: f64 = 0;
  /** The newest time among the entries that were forgotten last; -Infinity before that. */
  forgottenTime: f64 = -Infinity;
  /** Most keys are new, and the bits of the hash say so without a look at an entry. */
  private readonly slots: Int32Array;
  private readonly windowMicros: f64;
  /** Ring place of the next entry. */
  private next: i32 = 0;
  /** The newest times of the two generations. */
  private newestTime: f64 = -Infinity;
  private newestTimeBefore: f64 = -Infinity;

  constructor(entriesMax: i32, windowMicros: f64) {
    this.entriesMax = entriesMax;
    this.windowMicros = windowMicros;
    this.words = untouchedWords(entriesMax * 2 * HALF_KEY_WORDS);
    this.ipv6Words = untouchedWords(entriesMax * 2 * HALF_KEY_WORDS);
    this.times = untouchedNumbers(entriesMax * 2);
    this.slots = new Int32Array(entriesMax * 4);
  }

  /** Ordinal of the oldest entry that is remembered. */
  get keepFrom(): f64 {
    const base = Math.floor(this.total / this.entriesMax) * this.entriesMax;
    return base < this.entriesMax ? 0 : base - this.entriesMax;
  }

  /** Of the key that begins at `at`. */
  hashOf(words: Int32Array, at: i32): i32 {
    const hash = hashWords(words, at, HALF_KEY_WORDS);
    if (!isIpv6(words, at)) return hash;
    return hash ^ hashWords(words, at + HALF_KEY_WORDS, HALF_KEY_WORDS);
  }

  /** Looks at the slots of the hashes that lines have in a word, for isKnown() comes next. */
  touch(lines: Int32Array, word: i32, count: i32): void {
    touch(this.slots, 4, lines, word, this.slots.length - 1, count);
  }

  /**
   * Whether the key that begins at `at` was met within the window before `time`; when not, it is
   * remembered now.
   */
  isKnown(words: Int32Array, at: i32, hash: i32, time: f64): boolean {
    const slot = this.slotOf(words, at, hash);
    const entry = (this.slots[slot]! & ENTRY_MASK) - 1;
    if (entry >= 0 && Math.abs(time - this.times[entry]!) <= this.windowMicros) return true;
    this.append(words, at, hash, slot, time);
    return false;
  }

  /**
   * Takes over an entry that a process before had opened: its key is in `key`. Entries come in the
   * order of their ordinals, from the first that is remembered on.
   */
  load(ordinal: f64, time: f64): void {
    if (ordinal !== this.total) {
      this.total = ordinal;
      const places = this.entriesMax * 2;
      this.next = (ordinal - Math.floor(ordinal / places) * places) as i32;
    }
    const hash = this.hashOf(this.key, 0);
    this.append(this.key, 0, hash, this.slotOf(this.key, 0, hash), time);
  }

  /** A key that came again has its newest entry in the slot. */
  private append(key: Int32Array, at: i32, hash: i32, slot: i32, time: f64): void {
    const entry = this.next++;
    const own = entry * HALF_KEY_WORDS;
    for (let i: i32 = 0; i < HALF_KEY_WORDS; i++) this.words[own + i] = key[at + i]!;
    if (isIpv6(key, at)) {
      const half = at + HALF_KEY_WORDS;
      for (let i: i32 = 0; i < HALF_KEY_WORDS; i++) this.ipv6Words[own + i] = key[half + i]!;
    }
    this.times[entry] = time;
    if (time > this.newestTime) this.newestTime = time;
    this.slots[slot] = (hash & ~ENTRY_MASK) | (entry + 1);
    this.total++;
    // At once, not at the next key: what is remembered then follows from the ordinal alone.
    if ((this.next & (this.entriesMax - 1)) === 0) this.turn();
  }

  /** A generation is full: the one before it is forgotten, and its place is filled anew. */
  private turn(): void {
    this.forgottenTime = this.newestTimeBefore;
    this.newestTimeBefore = this.newestTime;
    this.newestTime = -Infinity;
    const first = this.next - this.entriesMax;
    if (this.next === this.entriesMax * 2) this.next = 0;
    this.slots.fill(0);
    for (let entry = first; entry < first + this.entriesMax; entry++) {
      this.takeKey(entry);
      const hash = this.hashOf(this.key, 0);
      this.slots[this.slotOf(this.key, 0, hash)] = (hash & ~ENTRY_MASK) | (entry + 1);
    }
  }

  /** Puts the key of an entry together. */
  private takeKey(entry: i32): void {
    const own = entry * HALF_KEY_WORDS;
    for (let i: i32 = 0; i < HALF_KEY_WORDS; i++) this.key[i] = this.words[own + i]!;
    if (!isIpv6(this.key, 0)) return;
    for (let i: i32 = 0; i < HALF_KEY_WORDS; i++) {
      this.key[HALF_KEY_WORDS + i] = this.ipv6Words[own + i]!;
    }
  }

  /** The slot of a key: the one that has it, else the empty one where it belongs. */
  private slotOf(key: Int32Array, at: i32, hash: i32): i32 {
    const slots = this.slots;
    const mask = slots.length - 1;
    const tag = hash & ~ENTRY_MASK;
    let slot = hash & mask;
    for (; slots[slot]! !== 0; slot = (slot + 1) & mask) {
      const value = slots[slot]!;
      if ((value & ~ENTRY_MASK) !== tag) continue;
      const own = ((value & ENTRY_MASK) - 1) * HALF_KEY_WORDS;
      if (!equalWords(this.words, own, key, at, HALF_KEY_WORDS)) continue;
      const half = at + HALF_KEY_WORDS;
      if (!isIpv6(key, at) || equalWords(this.ipv6Words, own, key, half, HALF_KEY_WORDS)) break;
    }
    return slot;
  }
}
