import { createHash } from "node:crypto";

export const HEAD_BYTES_MAX = 1024;
/** Holds the last line, as a rule: who goes on there may need it (pipeline/repeated-line.ts). */
export const ANCHOR_BYTES_MAX = 1024;
const HASH_CHARACTERS = 32;

/** What a content is recognised by: its first bytes, and those just before the checkpoint. */
export type Fingerprint = {
  readonly headBytes: number;
  readonly headHash: string;
  readonly anchorBytes: number;
  readonly anchorHash: string;
};

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, HASH_CHARACTERS);
}

/** Keeps the first bytes of a content and the last that were passed, as lines go by. */
export class FingerprintTracker {
  #head: Buffer;
  #anchor: Buffer;
  #offset: number;

  /**
   * `head` and `anchor` are the bytes at the start of the content and before the first batch, which
   * begins at `offset`: the head may reach further.
   */
  constructor(head: Uint8Array, anchor: Uint8Array, offset: number) {
    this.#head = Buffer.from(head);
    this.#anchor = Buffer.from(anchor);
    this.#offset = offset;
  }

  /** Takes in the bytes between the last checkpoint and the next. */
  pass(bytes: Uint8Array): void {
    if (this.#head.length < HEAD_BYTES_MAX) {
      const from = Math.max(0, this.#head.length - this.#offset);
      const missing = HEAD_BYTES_MAX - this.#head.length;
      this.#head = Buffer.concat([this.#head, bytes.subarray(from, from + missing)]);
    }
    this.#offset += bytes.length;
    const tail = bytes.subarray(Math.max(0, bytes.length - ANCHOR_BYTES_MAX));
    const kept = this.#anchor.subarray(
      Math.max(0, this.#anchor.length + tail.length - ANCHOR_BYTES_MAX),
    );
    this.#anchor = Buffer.concat([kept, tail]);
  }

  current(): Fingerprint {
    return {
      headBytes: this.#head.length,
      headHash: hashOf(this.#head),
      anchorBytes: this.#anchor.length,
      anchorHash: hashOf(this.#anchor),
    };
  }
}
