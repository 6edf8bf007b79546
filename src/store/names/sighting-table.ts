import {
  FLOW_DST,
  FLOW_DST_HIGH,
  FLOW_IN,
  FLOW_INTERFACE_WORDS,
  FLOW_OUT,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
} from "../../model/flow-key.ts";
import { finishHash, hashWord } from "../../model/key-hash.ts";
import { hashOfInterface } from "../../model/pod-interface.ts";
import { addressKey } from "../address-key.ts";

export const NO_PLACE = -1;
/** Told apart in a run of the writer; what comes later is not learnt. */
const sightingsMax = 20_000;
/** Node, family, four words of the address, four of the interface. */
const KEY_WORDS = 6 + FLOW_INTERFACE_WORDS;
const KEY_ADDRESS = 2;
const KEY_INTERFACE = 6;

/** An address at the interface of a pod, and when it was seen there in the open transaction. */
export type Sighting = {
  readonly address: Buffer;
  readonly node: number;
  readonly hash: string;
  first: number;
  last: number;
};

/** Where a side's address stands in the words of a flow, and the name of its interface. */
export type SidePlace = { readonly last: number; readonly high: number; readonly name: number };

export const sidePlaces: readonly SidePlace[] = [
  { last: FLOW_SRC, high: FLOW_SRC_HIGH, name: FLOW_IN },
  { last: FLOW_DST, high: FLOW_DST_HIGH, name: FLOW_OUT },
];

/** Finds an address at an interface by the words of a flow. */
export class SightingTable {
  readonly sightings: Sighting[] = [];
  readonly #prefixes: readonly string[];
  /** By the hash of a key, or the next number that was free. NO_PLACE for what is none. */
  readonly #places = new Map<number, number>();
  readonly #keys = new Map<number, Int32Array>();
  readonly #key = new Int32Array(KEY_WORDS);

  constructor(prefixes: readonly string[]) {
    this.#prefixes = prefixes;
  }

  /** The place of a side of the flow at `at`; NO_PLACE where its interface is no pod's. */
  placeOf(words: Int32Array, at: number, side: SidePlace, node: number): number {
    const key = this.#fill(words, at, side, node);
    let hash = 0;
    for (const word of key) hash = hashWord(hash, word);
    let slot = finishHash(hash);
    for (let known = this.#keys.get(slot); known !== undefined; known = this.#keys.get(slot)) {
      if (isSame(known, key)) return this.#places.get(slot)!;
      slot++;
    }
    if (this.#keys.size >= sightingsMax) return NO_PLACE;
    const place = this.#add(key);
    this.#keys.set(slot, key.slice());
    this.#places.set(slot, place);
    return place;
  }

  #fill(words: Int32Array, at: number, { last, high, name }: SidePlace, node: number): Int32Array {
    const key = this.#key;
    const family = words[at + FLOW_PROTOCOL]! >>> 16;
    key[0] = node;
    key[1] = family;
    for (let i = 0; i < 3; i++) key[KEY_ADDRESS + i] = family === 6 ? words[at + high + i]! : 0;
    key[KEY_ADDRESS + 3] = words[at + last]!;
    for (let i = 0; i < FLOW_INTERFACE_WORDS; i++) key[KEY_INTERFACE + i] = words[at + name + i]!;
    return key;
  }

  #add(key: Int32Array): number {
    const name = Buffer.from(key.buffer, KEY_INTERFACE * 4).toString("latin1");
    const hash = hashOfInterface(name.split("\0", 1)[0]!, this.#prefixes);
    if (hash === undefined) return NO_PLACE;
    const [node = 0, family = 4, word0 = 0, word1 = 0, word2 = 0, word3 = 0] = key;
    const address = addressKey(family, word0, word1, word2, word3);
    const times = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
    return this.sightings.push({ address, node, hash, ...times }) - 1;
  }
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < KEY_WORDS; i++) if (a[i] !== b[i]) return false;
  return true;
}
