/** RFC 1952 section 2.3.1. */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** RFC 8878 section 3.1.1. */
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

export const MAGIC_BYTES = 4;

export type ArchiveFormat = "gzip" | "zstd";

/** What the first bytes of a content say that it is; undefined for plain text. */
export function archiveFormatOf(first: Uint8Array): ArchiveFormat | undefined {
  const startsWith = (magic: Buffer) => magic.equals(first.subarray(0, magic.length));
  if (startsWith(GZIP_MAGIC)) return "gzip";
  return startsWith(ZSTD_MAGIC) ? "zstd" : undefined;
}
