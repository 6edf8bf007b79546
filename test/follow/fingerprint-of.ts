import {
  ANCHOR_BYTES_MAX,
  type Fingerprint,
  HEAD_BYTES_MAX,
  hashOf,
} from "../../src/follow/fingerprint.ts";

/** What a content that was read to its end is recognised by. */
export function fingerprintOf(bytes: Buffer): Fingerprint {
  const head = bytes.subarray(0, HEAD_BYTES_MAX);
  const anchor = bytes.subarray(Math.max(0, bytes.length - ANCHOR_BYTES_MAX));
  return {
    headBytes: head.length,
    headHash: hashOf(head),
    anchorBytes: anchor.length,
    anchorHash: hashOf(anchor),
  };
}
