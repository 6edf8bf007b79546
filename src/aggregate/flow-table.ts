import {
  FLOW_IN,
  FLOW_PROTOCOL,
  FLOW_SRC_HIGH,
  FLOW_WORDS,
  FLOW_WORDS_IPV4,
  type FlowKeys,
} from "../model/counted-batch.ts";
import { equalWords, hashWords } from "./word-hash.ts";

const FLOWS_MIN = 1024;

/** Gives each distinct flow key a small number. Open addressing over typed arrays. */
export class FlowTable {
  /** The key to look up: fill its first words, then ask indexOfKey(). */
  readonly key = new Int32Array(FLOW_WORDS);
  #words = new Int32Array(FLOWS_MIN * FLOW_WORDS);
  /** Pairs of a hash and an index + 1; 0 is an empty slot. */
  #slots = new Int32Array(FLOWS_MIN * 4);
  #count = 0;
  #taken = 0;

  get size(): number {
    return this.#count;
  }

  /** `length` words of the key count, the family in the first decides how many. */
  indexOfKey(length: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const hash = hashOf(this.key, 0, length);
    let slot = (hash << 1) & mask;
    for (; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot] !== hash) continue;
      const index = slots[slot + 1]! - 1;
      if (equalWords(this.#words, index * FLOW_WORDS, this.key, 0, length)) return index;
    }
    slots[slot] = hash;
    slots[slot + 1] = this.#count + 1;
    this.key.fill(0, length);
    return this.#append();
  }

  /** The keys that were not taken before, in the order of their numbers. */
  takeNew(): FlowKeys {
    const words = this.#words.slice(this.#taken * FLOW_WORDS, this.#count * FLOW_WORDS);
    const count = this.#count - this.#taken;
    this.#taken = this.#count;
    return { count, words };
  }

  #append(): number {
    const index = this.#count++;
    this.#words.set(this.key, index * FLOW_WORDS);
    if (this.#words.length < (this.#count + 1) * FLOW_WORDS) this.#grow();
    return index;
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      const at = index * FLOW_WORDS;
      const isIpv6 = words[at + FLOW_PROTOCOL]! >>> 16 === 6;
      const hash = hashOf(words, at, isIpv6 ? FLOW_WORDS : FLOW_WORDS_IPV4);
      let slot = (hash << 1) & mask;
      while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
      slots[slot] = hash;
      slots[slot + 1] = index + 1;
    }
    this.#slots = slots;
  }
}

/** Addresses, protocol, port and origin tell flows apart well enough; names only prove equality. */
function hashOf(words: Int32Array, at: number, length: number): number {
  const hash = hashWords(words, at, FLOW_IN);
  if (length === FLOW_WORDS_IPV4) return hash;
  return hash ^ hashWords(words, at + FLOW_SRC_HIGH, FLOW_WORDS - FLOW_SRC_HIGH);
}
