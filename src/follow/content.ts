import type { SourceKind } from "../model/counted-batch.ts";

/**
 * Decompressed bytes of a source of lines, read once from the beginning to the end. The offset of a
 * byte is its place in the decompressed content, whatever the file on disk looks like.
 */
export interface Content extends AsyncDisposable {
  readonly kind: SourceKind;
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  /** Bytes on disk, for progress; 0 when nobody knows. */
  readonly diskBytes: number;
  /** Bytes on disk that have been read. */
  readonly diskBytesRead: number;
  /** When the file was last written, in microseconds since the epoch. */
  readonly modifiedAt: number;

  /**
   * Puts bytes into `into` from index `from` on; resolves to how many, 0 at the end.
   *
   * @throws ContentDamaged when an archive cannot be decoded any further.
   */
  read(into: Uint8Array, from: number): Promise<number>;

  /** Bytes that were read before, fewer where the file has shrunk; only of files that stay open. */
  readAgain?(offset: number, length: number): Buffer;

  /** Moves to an offset at or after the one reached, as if the bytes before it had been read. */
  skipTo(offset: number): Promise<void>;
}

/** An archive that ends early or fails its checks; what came before has been read. */
export class ContentDamaged extends Error {
  override name = "ContentDamaged";
  readonly reason: string;

  constructor(path: string, reason: string, options: ErrorOptions) {
    super(`Cannot read all of "${path}": ${reason}`, options);
    this.reason = reason;
  }
}
