import { createHash } from "node:crypto";
import type { Checkpoint } from "../model/counted-batch.ts";
import { type Content, ContentDamaged } from "./content.ts";
import { HEAD_BYTES_MAX, hashOf } from "./fingerprint.ts";

const SCRATCH_BYTES = 256 * 1024;

export type Recognition =
  /** No checkpoint is of this content. */
  | { readonly state: "new"; readonly head: Buffer }
  /** Counted up to the checkpoint, whatever the file is called now. */
  | {
      readonly state: "known";
      readonly checkpoint: Checkpoint;
      readonly head: Buffer;
      readonly anchor: Buffer;
    }
  /** Begins like a known content that was counted further than this one goes. */
  | { readonly state: "shorter"; readonly checkpoint: Checkpoint; readonly head: Buffer };

/**
 * Finds the checkpoint of a content by its decompressed bytes, so that `syslog.1` and `syslog.2.gz`
 * are what `syslog` was: the head must match, and the bytes just before the checkpoint.
 */
export async function recognise(
  open: () => Content,
  checkpoints: readonly Checkpoint[],
): Promise<Recognition> {
  const head = await readRange(open, 0, HEAD_BYTES_MAX);
  const candidates = checkpoints.filter(
    ({ headBytes, headHash }) =>
      headBytes > 0 && headBytes <= head.length && hashOf(head.subarray(0, headBytes)) === headHash,
  );
  let shorter: Checkpoint | undefined;
  // The one that was read furthest, where a copy was once counted again.
  for (const checkpoint of candidates.toSorted((a, b) => b.offset - a.offset)) {
    const { offset, anchorBytes, anchorHash, headBytes } = checkpoint;
    const anchor = await readRange(open, offset - anchorBytes, anchorBytes);
    if (anchor.length < anchorBytes) shorter = checkpoint;
    else if (hashOf(anchor) === anchorHash && (await fillsGap(open, checkpoint))) {
      // The head only grows with bytes that were passed.
      return { state: "known", checkpoint, head: head.subarray(0, headBytes), anchor };
    }
  }
  if (shorter === undefined) return { state: "new", head };
  return { state: "shorter", checkpoint: shorter, head };
}

/** After a loss a content must agree in full: a damaged archive may have given wrong bytes. */
async function fillsGap(open: () => Content, { lossHash, offset }: Checkpoint): Promise<boolean> {
  return lossHash === "" || (await prefixHash(open, offset)) === lossHash;
}

/** Hash of the first bytes of a content, as far as they can be read. */
export async function prefixHash(open: () => Content, length: number): Promise<string> {
  await using content = open();
  const hash = createHash("sha256");
  const bytes = new Uint8Array(SCRATCH_BYTES);
  try {
    for (let left = length; left > 0; ) {
      const count = await content.read(bytes.subarray(0, Math.min(left, bytes.length)), 0);
      if (count === 0) break;
      hash.update(bytes.subarray(0, count));
      left -= count;
    }
  } catch (error) {
    if (!(error instanceof ContentDamaged)) throw error;
  }
  return hash.digest("hex");
}

/** Bytes of a content from an offset on, as far as they can be read. */
export async function readRange(
  open: () => Content,
  offset: number,
  length: number,
): Promise<Buffer> {
  await using content = open();
  const bytes = Buffer.alloc(length);
  let filled = 0;
  try {
    await content.skipTo(offset);
    while (filled < length) {
      const count = await content.read(bytes, filled);
      if (count === 0) break;
      filled += count;
    }
  } catch (error) {
    // What a damaged archive still gives is enough to recognise it by.
    if (!(error instanceof ContentDamaged)) throw error;
  }
  return bytes.subarray(0, filled);
}
