import { type Content, ContentDamaged } from "../../src/follow/content.ts";

const PIECE_BYTES = 10_000;

export type ReadContent = { readonly bytes: Buffer; readonly damage: ContentDamaged | undefined };

/** All that a content gives, and what was wrong with it in the end. */
export async function readAll(content: Content): Promise<ReadContent> {
  const pieces: Buffer[] = [];
  try {
    while (true) {
      const piece = Buffer.alloc(PIECE_BYTES);
      const count = await content.read(piece, 0);
      if (count === 0) return { bytes: Buffer.concat(pieces), damage: undefined };
      pieces.push(piece.subarray(0, count));
    }
  } catch (error) {
    if (!(error instanceof ContentDamaged)) throw error;
    return { bytes: Buffer.concat(pieces), damage: error };
  }
}

/** Lines that do not compress to nothing, as logs do not. */
export function logText(lines: number, seed = 1): Buffer {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state.toString(36);
  };
  return Buffer.from(
    Array.from({ length: lines }, (_, line) => `line ${line} ${random()} ${random()}\n`).join(""),
  );
}
