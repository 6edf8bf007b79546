import { closeSync, fstatSync, readSync, statSync } from "node:fs";
import { lineBytesMax } from "../model/limits.ts";
import { ANCHOR_BYTES_MAX } from "./fingerprint.ts";
import type { LineBatch } from "./line-batches.ts";
import { openFile } from "./open-content.ts";

const LF = 0x0a;

/** A file that is being written to, held by its descriptor: a rename does not lose it. */
export class FollowedFile implements Disposable {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly #fd: number;
  /** Offset of the first byte that no batch has held. */
  offset = 0;
  /**
   * Bytes of an unfinished over-long line that stay in the buffer while the rest is passed over.
   */
  #longLine: Buffer | undefined;
  #readOffset = 0;

  constructor(path: string) {
    const { fd, stats } = openFile(path);
    this.path = path;
    this.device = stats.dev;
    this.inode = stats.ino;
    this.#fd = fd;
  }

  /** Begins at an offset that is the start of a line. */
  seek(offset: number): void {
    this.offset = offset;
    this.#readOffset = offset;
    this.#longLine = undefined;
  }

  get size(): number {
    return fstatSync(this.#fd).size;
  }

  /** Whether the path still leads to this file. */
  isCurrent(): boolean {
    const stats = statSync(this.path, { throwIfNoEntry: false });
    return stats !== undefined && stats.dev === this.device && stats.ino === this.inode;
  }

  /** A path to this very file, whatever its name leads to now. */
  get descriptorPath(): string {
    return `/dev/fd/${this.#fd}`;
  }

  get modifiedAt(): number {
    return Math.floor(fstatSync(this.#fd).mtimeMs * 1000);
  }

  /** Bytes from an offset on, fewer at the end. */
  bytesAt(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, length, offset));
  }

  /** The end of the last whole line, as far as lines are not over-long. */
  lastLineEnd(): number {
    const { size } = this;
    const from = Math.max(0, size - lineBytesMax);
    return from + this.bytesAt(from, size - from).lastIndexOf(LF) + 1;
  }

  /**
   * The whole lines that fit the buffer; undefined when there are none yet. The bytes of an
   * unfinished line are read again next time, so they are never behind a checkpoint.
   */
  read(buffer: Buffer): LineBatch | undefined {
    while (true) {
      const kept = this.#longLine?.copy(buffer) ?? 0;
      const space = buffer.length - kept;
      const filled = kept + readSync(this.#fd, buffer, kept, space, this.#readOffset);
      if (filled === kept) return undefined;
      const end = buffer.lastIndexOf(LF, filled - 1) + 1;
      if (end > 0) {
        this.offset = this.#readOffset + end - kept;
        this.#readOffset = this.offset;
        this.#longLine = undefined;
        return { bytes: buffer, end, endOffset: this.offset, readAgain: undefined };
      }
      if (filled < buffer.length) return undefined;
      this.#passOver(buffer, filled, kept);
    }
  }

  /** A line longer than the buffer keeps its beginning, to be rejected by, and its last bytes. */
  #passOver(buffer: Buffer, filled: number, kept: number): void {
    this.#readOffset += filled - kept;
    this.#longLine = Buffer.concat([
      buffer.subarray(0, lineBytesMax + 1),
      buffer.subarray(filled - ANCHOR_BYTES_MAX, filled),
    ]);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
