import { closeSync, fstatSync, readSync, readvSync } from "node:fs";
import { lineBytesMax } from "../model/limits.ts";
import { ANCHOR_BYTES_MAX } from "./fingerprint.ts";
import type { LineBatch } from "./line-batches.ts";
import { openRegularFile } from "./open-content.ts";

const LF = 0x0a;
/** What is kept of an over-long line: enough to reject it, and its last bytes. */
const LONG_LINE_BYTES = lineBytesMax + 1 + ANCHOR_BYTES_MAX;

/** A batch; or there is none yet; or what was read is not there any more. */
export type FollowedRead = LineBatch | "nothing" | "changed";

/** A file that is being written to, held by its descriptor: a rename does not lose it. */
export class FollowedFile implements Disposable {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly #fd: number;
  /** Offset of the first byte that no batch has held. */
  offset = 0;
  #readOffset = 0;
  /** The bytes before #readOffset, read again each time to know that they are the same. */
  #before: Buffer = Buffer.alloc(0);
  /**
   * Bytes of an unfinished over-long line that stay in the buffer while the rest is passed over.
   */
  #longLine: Buffer | undefined;
  /** The file when it was last read to its end: the same size and time need no reading. */
  #end = { size: -1, modifiedMs: 0 };

  /** @throws Error with one line for people when it cannot be read, or is no regular file. */
  constructor(path: string) {
    const { fd, stats } = openRegularFile(path, "no-links");
    this.path = path;
    this.device = stats.dev;
    this.inode = stats.ino;
    this.#fd = fd;
  }

  /**
   * Begins at an offset, which is the start of a line. `before` are the bytes before it, where they
   * are known: what was recognised by them may have been written over since.
   */
  seek(offset: number, before = this.bytesBefore(offset)): void {
    this.offset = offset;
    this.#readOffset = offset;
    this.#longLine = undefined;
    this.#before = before;
    this.#end = { size: -1, modifiedMs: 0 };
  }

  get size(): number {
    return fstatSync(this.#fd).size;
  }

  /** It has no name any more, and goes when it is closed. */
  get isDeleted(): boolean {
    return fstatSync(this.#fd).nlink === 0;
  }

  /** Microseconds since the epoch. */
  get modifiedAt(): number {
    return Math.floor(fstatSync(this.#fd).mtimeMs * 1000);
  }

  /** A path to this very file, whatever its name leads to now. */
  get descriptorPath(): string {
    return `/dev/fd/${this.#fd}`;
  }

  /** Bytes from an offset on, fewer at the end. */
  bytesAt(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, length, offset));
  }

  /** The bytes that a content is recognised by when it was counted up to an offset. */
  bytesBefore(offset: number): Buffer {
    const length = Math.min(ANCHOR_BYTES_MAX, offset);
    return this.bytesAt(offset - length, length);
  }

  /** The end of the last whole line, as far as lines are not over-long. */
  lastLineEnd(): number {
    const { size } = this;
    const from = Math.max(0, size - lineBytesMax);
    return from + this.bytesAt(from, size - from).lastIndexOf(LF) + 1;
  }

  /**
   * The whole lines that fit the buffer. The bytes of an unfinished line are read again next time,
   * so they are never behind a checkpoint.
   */
  read(buffer: Buffer): FollowedRead {
    const { size, mtimeMs } = fstatSync(this.#fd);
    if (size < this.#readOffset) return "changed";
    if (size === this.#end.size && mtimeMs === this.#end.modifiedMs) return "nothing";
    // No bytes before tell that an empty file was written to, copied and truncated meanwhile.
    if (size === 0 && this.#end.size === 0) return "changed";
    while (true) {
      const kept = this.#longLine?.copy(buffer) ?? 0;
      const bytesRead = this.#readBehindKnown(buffer, kept);
      if (bytesRead === undefined) return "changed";
      const filled = kept + bytesRead;
      if (filled < buffer.length) this.#end = { size, modifiedMs: mtimeMs };
      const end = bytesRead === 0 ? 0 : buffer.lastIndexOf(LF, filled - 1) + 1;
      if (end > 0) return this.#batch(buffer, end, kept);
      if (filled < buffer.length) return "nothing";
      this.#passOver(buffer, filled, kept);
    }
  }

  /** What follows the last line end, as a line: nobody will finish it. */
  readUnfinished(buffer: Buffer): LineBatch | undefined {
    const kept = this.#longLine?.copy(buffer) ?? 0;
    const filled = kept + (this.#readBehindKnown(buffer, kept) ?? 0);
    return filled === 0 ? undefined : this.#batch(buffer, filled, kept);
  }

  #batch(buffer: Buffer, end: number, kept: number): LineBatch {
    this.offset = this.#readOffset + end - kept;
    this.#readOffset = this.offset;
    this.#longLine = undefined;
    this.#keepBefore(buffer.subarray(kept, end));
    return { bytes: buffer, end, endOffset: this.offset, readAgain: undefined };
  }

  /** In one call, so that nothing comes between. Undefined when the bytes before are others. */
  #readBehindKnown(buffer: Buffer, from: number): number | undefined {
    const before = Buffer.allocUnsafe(this.#before.length);
    const into = [before, buffer.subarray(from)];
    const bytesRead = readvSync(this.#fd, into, this.#readOffset - before.length);
    return before.equals(this.#before) && bytesRead >= before.length
      ? bytesRead - before.length
      : undefined;
  }

  #keepBefore(bytes: Buffer): void {
    const all = Buffer.concat([this.#before, bytes.subarray(-ANCHOR_BYTES_MAX)]);
    this.#before = Buffer.from(all.subarray(-ANCHOR_BYTES_MAX));
  }

  /** A line longer than the buffer keeps its beginning, to be rejected by, and its last bytes. */
  #passOver(buffer: Buffer, filled: number, kept: number): void {
    this.#readOffset += filled - kept;
    this.#keepBefore(buffer.subarray(kept, filled));
    // One buffer however long the line is: what is passed over leaves no garbage behind.
    this.#longLine ??= Buffer.from(buffer.subarray(0, LONG_LINE_BYTES));
    buffer.copy(this.#longLine, lineBytesMax + 1, filled - ANCHOR_BYTES_MAX, filled);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
