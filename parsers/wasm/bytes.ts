/**
 * Reading bytes in linear memory, several at a time. Branches that depend on the number of digits
 * are what costs most, so numbers are read from words without them. All functions may load up to
 * PADDING_BYTES behind the bytes that count; what stands there does not matter.
 */
export const PADDING_BYTES = 64;

export const LF: u8 = 0x0a;
export const SPACE: u8 = 0x20;

/** What digits() and hexDigits() read. */
export let value: u32 = 0;

// @ts-ignore: decorator
@inline
export function byteAt(at: usize): u8 {
  return load<u8>(at);
}

// @ts-ignore: decorator
@inline
export function word(at: usize): u32 {
  return load<u32>(at);
}

/** One to eight decimal digits into `value`: their count, 0 when there are none or more. */
// @ts-ignore: decorator
@inline
export function digits(at: usize): u32 {
  const read = load<u64>(at) ^ 0x3030303030303030;
  const others = ((read + 0x7676767676767676) | read) & 0x8080808080808080;
  const count = <u32>(ctz(others) >> 3);
  // Eight digits and no end: a number that no field holds.
  if (count === 0 || others === 0) return 0;
  let number = read << (64 - (<u64>count << 3));
  number = number * 10 + (number >> 8);
  number =
    ((number & 0x000000ff000000ff) * 0x000f424000000064 +
      ((number >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
    32;
  value = <u32>number;
  return count;
}

/** One to eight lower-case hex digits into `value`: their count, 0 when there are none or more. */
export function hexDigits(at: usize): u32 {
  let number: u32 = 0;
  let count: u32 = 0;
  for (; count <= 8; count++) {
    const byte = <u32>load<u8>(at + count);
    const digit = byte - 0x30 < 10 ? byte - 0x30 : byte - 0x61 < 6 ? byte - 0x57 : 16;
    if (digit === 16) break;
    number = (number << 4) | digit;
  }
  value = number;
  return count > 8 ? 0 : count;
}

/** Whether the 16 bytes at `at` are lower-case hex digits, but for colons where `colons` says. */
// @ts-ignore: decorator
@inline
export function isHexWithColons(at: usize, colons: i32): bool {
  const read = v128.load(at);
  const isColon = i8x16.eq(read, i8x16.splat(0x3a));
  const isDigit = i8x16.lt_u(i8x16.sub(read, i8x16.splat(0x30)), i8x16.splat(10));
  const isLetter = i8x16.lt_u(i8x16.sub(read, i8x16.splat(0x61)), i8x16.splat(6));
  const hex = i8x16.bitmask(v128.or(isDigit, isLetter));
  return i8x16.bitmask(isColon) === colons && (hex | colons) === 0xffff;
}

/** Whether two runs of bytes are equal. */
export function isSame(a: usize, b: usize, length: i32): bool {
  if (length < 8) {
    for (let i = 0; i < length; i++) {
      if (load<u8>(a + i) !== load<u8>(b + i)) return false;
    }
    return true;
  }
  for (let i = 0; i < length - 8; i += 8) {
    if (load<u64>(a + i) !== load<u64>(b + i)) return false;
  }
  return load<u64>(a + length - 8) === load<u64>(b + length - 8);
}
