import { LF } from "./bytes";

/** Where the line that isOrdinary() looked at last ends. */
export let lineEnd: usize = 0;

/**
 * Whether the line at `start`, which ends before `limit`, holds none of the words that make it worth
 * a look of the grammar: parsers/needles.ts. Looks at 16 bytes at a time.
 */
export function isOrdinary(start: usize, limit: usize): bool {
  for (let at = start; at < limit; at += 16) {
    const here = v128.load(at);
    const next = v128.load(at + 1);
    const ends = i8x16.bitmask(i8x16.eq(here, i8x16.splat(LF)));
    const isEquals = i8x16.eq(next, i8x16.splat(0x3d));
    // "N=" or "O=" of IN= and PROTO=.
    const isNOrO = i8x16.eq(v128.and(here, i8x16.splat(<i8>0xfe)), i8x16.splat(0x4e));
    let hits = i8x16.bitmask(
      v128.and(isEquals, v128.or(isNOrO, i8x16.eq(here, i8x16.splat(0x4f)))),
    );
    if (ends !== 0) hits &= (1 << ctz(ends)) - 1;
    if (hits !== 0) return false;
    if (ends !== 0) {
      lineEnd = at + ctz(ends);
      return true;
    }
  }
  return false;
}
