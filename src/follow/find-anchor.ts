import type { Content } from "./content.ts";
import { type Fingerprint, hashOf } from "./fingerprint.ts";

const LF = 0x0a;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Where a content holds the lines that another was counted up to: the offset behind the last place
 * that has its anchor, undefined when there is none. For files that were edited or copied, where
 * what is left of the counted lines has moved.
 */
export async function findAnchor(
  open: () => Content,
  { anchorBytes, anchorHash }: Pick<Fingerprint, "anchorBytes" | "anchorHash">,
): Promise<number | undefined> {
  if (anchorBytes === 0) return undefined;
  await using content = open();
  const bytes = Buffer.alloc(anchorBytes + CHUNK_BYTES);
  let found: number | undefined;
  /** Offset of bytes[0], and how many of its bytes are searched already. */
  let offset = 0;
  let searched = 0;
  let filled = 0;
  while (true) {
    const count = await content.read(bytes, filled);
    if (count === 0) return found;
    filled += count;
    for (
      let at = bytes.indexOf(LF, searched);
      at >= 0 && at < filled;
      at = bytes.indexOf(LF, at + 1)
    ) {
      const end = at + 1;
      if (end < anchorBytes) continue;
      if (hashOf(bytes.subarray(end - anchorBytes, end)) === anchorHash) found = offset + end;
    }
    const kept = Math.min(anchorBytes, filled);
    bytes.copy(bytes, 0, filled - kept, filled);
    offset += filled - kept;
    filled = kept;
    searched = kept;
  }
}
