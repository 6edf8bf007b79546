import type { Transform } from "node:stream";
import type { ArchiveFormat } from "./archive-format.ts";

const OUTPUT_BYTES = 64 * 1024;

/** `bytesWritten` is the input that was decoded. */
export type Decompressor = Transform & { readonly bytesWritten: number };

export function createDecompressor(format: ArchiveFormat): Decompressor {
  // Not imported: that takes 8 ms of every start.
  const { createGunzip, createZstdDecompress } = process.getBuiltinModule("node:zlib");
  return format === "gzip"
    ? createGunzip({ chunkSize: OUTPUT_BYTES })
    : createZstdDecompress({ chunkSize: OUTPUT_BYTES });
}
