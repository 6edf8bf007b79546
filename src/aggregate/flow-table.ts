import {
  FLOW_IN,
  FLOW_PROTOCOL,
  FLOW_SRC_HIGH,
  FLOW_WORDS,
  FLOW_WORDS_IPV4,
} from "../model/flow-key.ts";
import { touch } from "../model/touch.ts";
import { untouchedWords } from "../model/untouched.ts";
import { equalWords, hashWords } from "./word-hash.ts";

const FLOWS_MIN = 1024;

/** Gives each distinct flow key a small number. Open addressing over typed arrays. */
export class FlowTable {
  count: i32 = 0;
  /** FLOW_WORDS words for each flow, in the order of their numbers. */
  words: Int32Array = new Int32Array(FLOWS_MIN * FLOW_WORDS);
  /** Pairs of a hash and an index + 1; 0 is an empty slot. */
  private slots: Int32Array = new Int32Array(FLOWS_MIN * 4);

  hashOf(lines: Int32Array, at: i32): i32 {
    return hashOf(lines, at, lengthOf(lines, at));
  }

  /** Looks at the slots of the hashes that lines have in a word, for indexOf() comes next. */
  touch(lines: Int32Array, word: i32, count: i32): void {
    touch(this.slots, 8, lines, word, (this.slots.length >> 1) - 1, count);
  }

  /** The number of the flow whose key begins at `at`. */
  indexOf(lines: Int32Array, at: i32, hash: i32): i32 {
    const slots = this.slots;
    const words = this.words;
    const mask = slots.length - 1;
    const length = lengthOf(lines, at);
    let slot = (hash << 1) & mask;
    for (; slots[slot + 1]! !== 0; slot = (slot + 2) & mask) {
      if (slots[slot]! !== hash) continue;
      const index = slots[slot + 1]! - 1;
      if (equalWords(words, index * FLOW_WORDS, lines, at, length)) return index;
    }
    slots[slot] = hash;
    slots[slot + 1] = this.count + 1;
    return this.append(lines, at, length);
  }

  /** Forgets the flows; their numbers start again from 0. The room for them stays. */
  clear(): void {
    this.count = 0;
    this.slots.fill(0);
  }

  private append(lines: Int32Array, from: i32, length: i32): i32 {
    const index = this.count++;
    const at = index * FLOW_WORDS;
    for (let i: i32 = 0; i < length; i++) this.words[at + i] = lines[from + i]!;
    for (let i = length; i < FLOW_WORDS; i++) this.words[at + i] = 0;
    if (this.words.length < (this.count + 1) * FLOW_WORDS) this.grow();
    return index;
  }

  private grow(): void {
    const words = untouchedWords(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let index: i32 = 0; index < this.count; index++) {
      const at = index * FLOW_WORDS;
      const hash = hashOf(words, at, lengthOf(words, at));
      let slot = (hash << 1) & mask;
      while (slots[slot + 1]! !== 0) slot = (slot + 2) & mask;
      slots[slot] = hash;
      slots[slot + 1] = index + 1;
    }
    this.slots = slots;
  }
}

/** The words that an IPv4 key does not need stand last. */
function lengthOf(words: Int32Array, at: i32): i32 {
  return words[at + FLOW_PROTOCOL]! >>> 16 === 6 ? FLOW_WORDS : FLOW_WORDS_IPV4;
}

/** Addresses, protocol, port and origin tell flows apart well enough; names only prove equality. */
function hashOf(words: Int32Array, at: i32, length: i32): i32 {
  const hash = hashWords(words, at, FLOW_IN);
  if (length === FLOW_WORDS_IPV4) return hash;
  return hash ^ hashWords(words, at + FLOW_SRC_HIGH, FLOW_WORDS - FLOW_SRC_HIGH);
}
