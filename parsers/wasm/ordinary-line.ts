import { byteAt, LF, word } from "./bytes";

/** Where the line that isOrdinary() looked at last ends. */
export let lineEnd: usize = 0;

// @ts-ignore: decorator
@inline
function is(bytes: v128, byte: u8): v128 {
  return i8x16.eq(bytes, i8x16.splat(byte));
}

/**
 * Whether the line at `start`, which ends before `limit`, holds none of the words of
 * parsers/needles.ts, so that the grammar need not see it. Two or three bytes of each word are
 * looked for at 16 places at a time; where they stand, isNeedle() looks again.
 */
export function isOrdinary(start: usize, limit: usize): bool {
  for (let at = start; at < limit; at += 16) {
    const first = v128.load(at);
    const second = v128.load(at + 1);
    const third = v128.load(at + 2);
    const ends = i8x16.bitmask(is(first, LF));
    // N= of IN=, O= of PROTO=: the two letters differ in one bit.
    let some = v128.and(is(v128.or(first, i8x16.splat(1)), 0x4f), is(second, 0x3d));
    // "M and "l of keys in JSON.
    const key = v128.or(is(second, 0x4d), is(second, 0x6c));
    some = v128.or(some, v128.and(is(first, 0x22), key));
    // __ of __CURSOR= and __REALTIME_TIMESTAMP=.
    some = v128.or(some, v128.and(is(first, 0x5f), is(second, 0x5f)));
    // "ge " of "message repeated ", "-li" of rate-limiting, "ppr" of uppressed, "nys" of denyscope.
    some = v128.or(some, three(first, second, third, 0x67, 0x65, 0x20));
    some = v128.or(some, three(first, second, third, 0x2d, 0x6c, 0x69));
    some = v128.or(some, three(first, second, third, 0x70, 0x70, 0x72));
    some = v128.or(some, three(first, second, third, 0x6e, 0x79, 0x73));
    // "sed" of "issed ", "s d" of "messages dropped".
    some = v128.or(some, three(first, second, third, 0x73, 0x65, 0x64));
    some = v128.or(some, three(first, second, third, 0x73, 0x20, 0x64));
    let hits = i8x16.bitmask(some);
    if (ends !== 0) hits &= (1 << ctz(ends)) - 1;
    for (; hits !== 0; hits &= hits - 1) {
      if (isNeedle(at + ctz(hits))) return false;
    }
    if (ends !== 0) {
      lineEnd = at + ctz(ends);
      return true;
    }
  }
  return false;
}

// @ts-ignore: decorator
@inline
function three(first: v128, second: v128, third: v128, a: u8, b: u8, c: u8): v128 {
  return v128.and(is(first, a), v128.and(is(second, b), is(third, c)));
}

/** Whether the bytes at `at`, which isOrdinary() found, belong to a needle, as far as need be. */
function isNeedle(at: usize): bool {
  switch (byteAt(at)) {
    case 0x4e: // IN=
      return byteAt(at - 1) === 0x49;
    case 0x4f: // PROTO=
      return word(at - 4) === 0x544f5250;
    case 0x22: // "MESSAGE", "log"
      return load<u64>(at + 1) === 0x224547415353454d || word(at + 1) === 0x22676f6c;
    case 0x5f: // __CURSOR=, __REALTIME_TIMESTAMP=
      return word(at + 2) === 0x53525543 || word(at + 2) === 0x4c414552;
    case 0x67: // message repeated
      return word(at + 3) === 0x65706572;
    case 0x2d: // rate-limiting
      return word(at + 3) === 0x6974696d;
    case 0x70: // uppressed
      return word(at + 2) === 0x73736572;
    case 0x6e: // denyscope
      return word(at + 3) === 0x65706f63;
    default: // issed, messages dropped
      return byteAt(at + 1) === 0x65
        ? byteAt(at - 1) === 0x73 && byteAt(at + 3) === 0x20
        : word(at + 2) === 0x706f7264;
  }
}
