import { isHexWithColons } from "./bytes";

const DOT: u32 = 0x2e;
const SPACE: u32 = 0x20;

export const V6_BYTES = 39;

/** What readDotted() read, in network order. */
export let address: u32 = 0;
let octet: u32 = 0;

/** `10.244.2.7` and the space behind it: how many bytes that is, 0 when it is no address. */
// @ts-ignore: decorator
@inline
export function readDotted(start: usize): usize {
  let at = start;
  let end = readOctet(at, DOT);
  if (end === 0) return 0;
  let read = octet << 24;
  at += end;
  end = readOctet(at, DOT);
  if (end === 0) return 0;
  read |= octet << 16;
  at += end;
  end = readOctet(at, DOT);
  if (end === 0) return 0;
  read |= octet << 8;
  at += end;
  end = readOctet(at, SPACE);
  if (end === 0) return 0;
  address = read | octet;
  return at + end - start;
}

/** One to three digits and what must follow them: how many bytes that is, 0 when not. */
// @ts-ignore: decorator
@inline
function readOctet(at: usize, follower: u32): usize {
  const read = load<u32>(at) ^ 0x30303030;
  const others = ((read + 0x76767676) | read) & 0x80808080;
  const count = ctz(others) >> 3;
  if (count - 1 > 2) return 0;
  const shifted = read << (32 - (count << 3));
  octet = (shifted >> 24) + 10 * ((shifted >> 16) & 0xff) + 100 * ((shifted >> 8) & 0xff);
  if (octet > 255 || <u32>load<u8>(at + count) !== follower) return 0;
  return count + 1;
}

/** Whether eight full groups and a space stand at `at`, as the kernel prints an IPv6 address. */
// @ts-ignore: decorator
@inline
export function isV6(at: usize): bool {
  return (
    isHexWithColons(at, 0x4210) &&
    isHexWithColons(at + 16, 0x2108) &&
    isHexWithColons(at + 23, 0x0842) &&
    load<u8>(at + V6_BYTES) === 0x20
  );
}

/** Two groups of an address that isV6() as one word. */
// @ts-ignore: decorator
@inline
export function v6Word(at: usize): u32 {
  return (group(at) << 16) | group(at + 5);
}

// @ts-ignore: decorator
@inline
function group(at: usize): u32 {
  const read = load<u32>(at);
  const nibbles = (read & 0x0f0f0f0f) + 9 * ((read >> 6) & 0x01010101);
  return (
    ((nibbles & 0xff) << 12) |
    (((nibbles >> 8) & 0xff) << 8) |
    (((nibbles >> 16) & 0xff) << 4) |
    (nibbles >> 24)
  );
}
