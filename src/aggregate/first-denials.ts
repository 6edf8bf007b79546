import { createHash } from "node:crypto";
import { MICROS_PER_SECOND } from "../model/time-unit.ts";

const DENIALS = 3;
const HASH_CHARACTERS = 24;

/**
 * Hashes of the first denials of a source: the second and the text from the prefix on, so that the
 * same lines are recognised in kern.log, in a grep of syslog, and under another header.
 */
export class FirstDenials {
  readonly #hashes: string[];

  constructor(hashes: readonly string[]) {
    this.#hashes = [...hashes];
  }

  get hashes(): readonly string[] {
    return this.#hashes;
  }

  get isComplete(): boolean {
    return this.#hashes.length === DENIALS;
  }

  /** A denial, bytes[start, end) from its prefix on; `time` is microseconds since the epoch. */
  add(bytes: Uint8Array, start: number, end: number, time: number): void {
    if (this.#hashes.length === DENIALS) return;
    const second = Math.floor(time / MICROS_PER_SECOND);
    let last = end;
    while (last > start && bytes[last - 1] === 0x20) last--;
    const hash = createHash("sha256").update(`${second} `).update(bytes.subarray(start, last));
    this.#hashes.push(hash.digest("hex").slice(0, HASH_CHARACTERS));
  }
}
