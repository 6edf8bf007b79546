import { FLOW_INTERFACE_WORDS, FLOW_PROTOCOL } from "../../model/flow-key.ts";
import { finishHash, hashWord } from "../../model/key-hash.ts";
import { canBePods } from "../../model/pod-address.ts";
import { hashOfInterface } from "../../model/pod-interface.ts";
import { addressKey } from "../address-key.ts";

/**
 * Addresses at interfaces that are told apart at a time: of the pods of a node, and of those before
 * them. When they are more, some are not learnt.
 */
export const sightingsMax = 4096;
export const NO_PLACE = -1;

const SLOTS = 2 * sightingsMax;
/** Node, family, four words of the address, four of the interface. */
const KEY_WORDS = 6 + FLOW_INTERFACE_WORDS;
const KEY_NODE = 0;
const KEY_FAMILY = 1;
const KEY_ADDRESS = 2;
const KEY_INTERFACE = 6;

/** Where a side's address stands in the words of a flow, and the name of its interface. */
export type SidePlace = { readonly last: number; readonly high: number; readonly name: number };

/** An address that was seen at a pod. */
export type SeenAddress = {
  readonly address: Buffer;
  readonly node: number;
  readonly hash: string;
};

/** Finds an address at an interface by the words of a flow: open addressing, in one array. */
export class SightingTable {
  readonly #prefixes: readonly string[];
  /** A place + 1; 0 for none. */
  readonly #slots = new Int32Array(SLOTS);
  readonly #keys = new Int32Array(sightingsMax * KEY_WORDS);
  readonly #key = new Int32Array(KEY_WORDS);
  #count = 0;

  constructor(prefixes: readonly string[]) {
    this.#prefixes = prefixes;
  }

  get isFull(): boolean {
    return this.#count >= sightingsMax;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
  }

  /** The place of a side of the flow at `at`; NO_PLACE where there is no room for another. */
  placeOf(words: Int32Array, at: number, side: SidePlace, node: number): number {
    const key = this.#key;
    const isIpv6 = words[at + FLOW_PROTOCOL]! >>> 16 === 6;
    key[KEY_NODE] = node;
    key[KEY_FAMILY] = isIpv6 ? 6 : 4;
    for (let i = 0; i < 3; i++) key[KEY_ADDRESS + i] = isIpv6 ? words[at + side.high + i]! : 0;
    key[KEY_ADDRESS + 3] = words[at + side.last]!;
    for (let i = 0; i < FLOW_INTERFACE_WORDS; i++) {
      key[KEY_INTERFACE + i] = words[at + side.name + i]!;
    }
    let hash = 0;
    for (let i = 0; i < KEY_WORDS; i++) hash = hashWord(hash, key[i]!);
    return this.#find(finishHash(hash));
  }

  /** What is at a place; undefined where the interface names no pod, or the address is no pod's. */
  seenAt(place: number): SeenAddress | undefined {
    const key = this.#keys.slice(place * KEY_WORDS, (place + 1) * KEY_WORDS);
    const [name = ""] = Buffer.from(key.buffer, KEY_INTERFACE * 4)
      .toString("latin1")
      .split("\0");
    const hash = hashOfInterface(name, this.#prefixes);
    if (hash === undefined) return undefined;
    const [node = 0, family = 4, word0 = 0, word1 = 0, word2 = 0, word3 = 0] = key;
    const words = [word0, word1, word2, word3] as const;
    if (!canBePods({ family: family === 4 ? 4 : 6, words })) return undefined;
    return { address: addressKey(family, ...words), node, hash };
  }

  #find(hash: number): number {
    let slot = hash & (SLOTS - 1);
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & (SLOTS - 1)) {
      const place = this.#slots[slot]! - 1;
      if (this.#isAt(place)) return place;
    }
    if (this.isFull) return NO_PLACE;
    this.#keys.set(this.#key, this.#count * KEY_WORDS);
    this.#slots[slot] = ++this.#count;
    return this.#count - 1;
  }

  #isAt(place: number): boolean {
    const at = place * KEY_WORDS;
    for (let i = 0; i < KEY_WORDS; i++) if (this.#keys[at + i] !== this.#key[i]) return false;
    return true;
  }
}
