import { lineBytesMax } from "../model/limits.ts";
import type { BatchBuffers } from "./batch-buffers.ts";
import { ANCHOR_BYTES_MAX } from "./fingerprint.ts";
import { type Content, ContentDamaged } from "./content.ts";

const LF = 0x0a;

/** Whole lines, and where they end in the content. */
export type LineBatch = {
  /** Lines with their line ends, in a buffer that whoever counts them gives back. */
  readonly bytes: Buffer;
  /** Bytes of `bytes` that hold lines. */
  readonly end: number;
  /** Offset of the first byte of the content that no batch so far has held. */
  readonly endOffset: number;
  /** Reads bytes[start, end) from the content again; undefined where that is not possible. */
  readonly readAgain: ((start: number, end: number) => Buffer) | undefined;
  /** Where to go on behind these lines, in a source that has no offsets. */
  readonly cursor?: string;
};

export type BatchSettings = {
  /** Offset of the first line. */
  readonly offset: number;
  readonly buffers: BatchBuffers;
  /** Whether what follows the last line end is a line too, for nobody will finish it. */
  readonly endIsLine: boolean;
};

/**
 * Cuts a content into batches of whole lines. A line that does not fit a buffer keeps its first
 * lineBytesMax + 1 bytes, which is enough to reject it as too long.
 *
 * @throws ContentDamaged, after the whole lines that a damaged archive still gave.
 */
export async function* lineBatches(
  content: Content,
  { offset, buffers, endIsLine }: BatchSettings,
): AsyncGenerator<LineBatch> {
  let buffer = buffers.take();
  /** Whether `buffer` went away with a batch. */
  let isGone = false;
  let filled = 0;
  let endOffset = offset;
  /** Bytes of an over-long line that were left out of the buffer. */
  let omitted = 0;
  let reading = readInto(content, buffer, filled);
  try {
    while (true) {
      const read = await reading;
      const isLast = typeof read !== "number" || read === 0;
      if (typeof read === "number") filled += read;
      if (!isLast && filled < buffer.length) {
        reading = readInto(content, buffer, filled);
        continue;
      }
      const end = filled === 0 ? 0 : buffer.lastIndexOf(LF, filled - 1) + 1;
      if (end > 0) {
        const next = buffers.take();
        buffer.copy(next, 0, end, filled);
        filled -= end;
        endOffset += end + omitted;
        const readAgain = omitted > 0 ? undefined : rereader(content, endOffset - end);
        omitted = 0;
        // The next bytes are read while this batch is counted.
        if (!isLast) reading = readInto(content, next, filled);
        const batch = { bytes: buffer, end, endOffset, readAgain };
        buffer = next;
        yield batch;
      } else if (!isLast) {
        // Its last bytes stay too: they are the anchor if the line ends a batch.
        const kept = lineBytesMax + 1 + ANCHOR_BYTES_MAX;
        buffer.copy(buffer, lineBytesMax + 1, filled - ANCHOR_BYTES_MAX, filled);
        omitted += filled - kept;
        filled = kept;
        reading = readInto(content, buffer, filled);
      }
      if (typeof read !== "number") throw read;
      if (!isLast) continue;
      if (filled > 0 && endIsLine) {
        isGone = true;
        endOffset += filled + omitted;
        yield { bytes: buffer, end: filled, endOffset, readAgain: undefined };
      }
      return;
    }
  } finally {
    // Whoever stops early will close the file, which nobody may be reading then.
    await reading.catch(() => 0);
    if (!isGone) buffers.give(buffer);
  }
}

/** Reads parts of the batch that begins at an offset of the content. */
function rereader(content: Content, offset: number): LineBatch["readAgain"] {
  if (content.readAgain === undefined) return undefined;
  return (start, end) => content.readAgain!(offset + start, end - start);
}

async function readInto(
  content: Content,
  buffer: Buffer,
  filled: number,
): Promise<number | ContentDamaged> {
  try {
    return await content.read(buffer, filled);
  } catch (error) {
    if (error instanceof ContentDamaged) return error;
    throw error;
  }
}
