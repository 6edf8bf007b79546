import { closeSync, read, type Stats } from "node:fs";
import { promisify } from "node:util";
import type { ArchiveFormat } from "./archive-format.ts";
import { type Content, ContentDamaged } from "./content.ts";
import { createDecompressor, type Decompressor } from "./decompressor.ts";

const INPUT_BYTES = 16 * 1024;
const SKIP_BYTES = 256 * 1024;
const readAt = promisify(read);

/**
 * A compressed file. Of a damaged one, every byte is read that can be decoded: zlib gives nothing
 * of a piece of input in which it meets an error, so that piece is decoded again byte by byte.
 */
export class ArchiveContent implements Content {
  readonly kind = "archive";
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly diskBytes: number;
  readonly modifiedAt: number;
  readonly #fd: number;
  readonly #format: ArchiveFormat;
  #decompressor: Decompressor;
  #inputOffset = 0;
  /** Where the frame begins that is being decoded. */
  #frameOffset = 0;
  /** Offset of the piece that must be decoded byte by byte. */
  #carefulFrom = Number.POSITIVE_INFINITY;
  /** Bytes that a decoder gives again, for they were handed out before it began anew. */
  #known = 0;
  #chunk: Uint8Array = new Uint8Array();
  #offset = 0;
  #state: "decoding" | "ended" | Error = "decoding";
  /** A piece is being decoded. */
  #isBusy = false;
  #wake: (() => void) | undefined;

  constructor(path: string, fd: number, stats: Stats, format: ArchiveFormat) {
    this.path = path;
    this.device = stats.dev;
    this.inode = stats.ino;
    this.diskBytes = stats.size;
    this.modifiedAt = Math.floor(stats.mtimeMs * 1000);
    this.#fd = fd;
    this.#format = format;
    this.#decompressor = this.#begin();
  }

  get diskBytesRead(): number {
    return this.#inputOffset;
  }

  async read(into: Uint8Array, from: number): Promise<number> {
    while (this.#chunk.length === 0) {
      if (this.#state === "ended") return 0;
      if (this.#state !== "decoding") {
        throw new ContentDamaged(this.path, this.#state.message, { cause: this.#state });
      }
      await this.#decodeMore();
    }
    const part = this.#chunk.subarray(0, into.length - from);
    into.set(part, from);
    this.#chunk = this.#chunk.subarray(part.length);
    this.#offset += part.length;
    return part.length;
  }

  async skipTo(offset: number): Promise<void> {
    const scratch = new Uint8Array(SKIP_BYTES);
    while (this.#offset < offset) {
      const left = Math.min(SKIP_BYTES, offset - this.#offset);
      if ((await this.read(scratch.subarray(0, left), 0)) === 0) return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#decompressor.destroy();
    closeSync(this.#fd);
  }

  #begin(): Decompressor {
    const decompressor = createDecompressor(this.#format);
    decompressor.on("readable", () => this.#wake?.());
    decompressor.on("end", () => this.#endFrame(decompressor.bytesWritten));
    decompressor.on("error", (error) => {
      if (decompressor === this.#decompressor) this.#fail(error);
    });
    return decompressor;
  }

  /** Takes what is decoded; when there is nothing, gives the decompressor its next piece. */
  async #decodeMore(): Promise<void> {
    const chunk = this.#decompressor.read() as Uint8Array | null;
    if (chunk !== null) {
      this.#chunk = chunk.subarray(Math.min(this.#known, chunk.length));
      this.#known -= Math.min(this.#known, chunk.length);
      return;
    }
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (!this.#isBusy) await this.#feed();
    if (this.#state === "decoding") await woken;
  }

  async #feed(): Promise<void> {
    this.#isBusy = true;
    const decompressor = this.#decompressor;
    const untilCareful = this.#carefulFrom - this.#inputOffset;
    const length = untilCareful > 0 ? Math.min(INPUT_BYTES, untilCareful) : 1;
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await readAt(this.#fd, bytes, 0, length, this.#inputOffset);
    // While the piece was read, a frame may have ended, or an error made us begin anew.
    if (decompressor !== this.#decompressor) return;
    if (bytesRead === 0) {
      decompressor.end();
      return;
    }
    decompressor.write(bytes.subarray(0, bytesRead), (error) => {
      // An error has its own event; a frame that ended has another decompressor after it.
      if ((error !== null && error !== undefined) || decompressor !== this.#decompressor) return;
      this.#inputOffset += bytesRead;
      this.#isBusy = false;
      this.#wake?.();
    });
  }

  /** Node ends a zstd stream with its first frame, but gzip with the last of its members. */
  #endFrame(inputBytes: number): void {
    this.#frameOffset += inputBytes;
    if (this.#format === "zstd" && this.#frameOffset < this.diskBytes) {
      this.#decompressor.destroy();
      this.#inputOffset = this.#frameOffset;
      this.#isBusy = false;
      this.#decompressor = this.#begin();
    } else {
      this.#state = "ended";
    }
    this.#wake?.();
  }

  #fail(error: Error): void {
    if (this.#carefulFrom === Number.POSITIVE_INFINITY) {
      this.#decompressor.destroy();
      this.#carefulFrom = this.#inputOffset;
      this.#inputOffset = 0;
      this.#frameOffset = 0;
      this.#known = this.#offset;
      this.#isBusy = false;
      this.#decompressor = this.#begin();
    } else {
      this.#state = error;
    }
    this.#wake?.();
  }
}
