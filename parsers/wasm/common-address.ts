import { isHexWithColons, SPACE } from "./bytes";

export const V6_BYTES = 39;

/** What readDotted() read, in network order. */
export let address: u32 = 0;

/**
 * `10.244.2.7` and the space behind it: how many bytes that is, 0 when it is no address. All that
 * ends a number is looked for at once, so that no number waits for the one before it.
 */
// @ts-ignore: decorator
@inline
export function readDotted(start: usize): usize {
  const read = v128.load(start);
  const dots = i8x16.bitmask(i8x16.eq(read, i8x16.splat(0x2e)));
  const others = i8x16.bitmask(i8x16.ge_u(i8x16.sub(read, i8x16.splat(0x30)), i8x16.splat(10)));
  const first = ctz(others);
  let rest = others & (others - 1);
  const second = ctz(rest);
  rest &= rest - 1;
  const third = ctz(rest);
  rest &= rest - 1;
  const end = ctz(rest);
  if (rest === 0 || ((others ^ dots) & ((1 << end) - 1)) !== 0) return 0;
  if (load<u8>(start + end) !== SPACE) return 0;
  const secondBytes = second - first - 1;
  const thirdBytes = third - second - 1;
  const lastBytes = end - third - 1;
  if (!isOctetLength(first) || !isOctetLength(secondBytes)) return 0;
  if (!isOctetLength(thirdBytes) || !isOctetLength(lastBytes)) return 0;
  const a = octet(start, first);
  const b = octet(start + first + 1, secondBytes);
  const c = octet(start + second + 1, thirdBytes);
  const d = octet(start + third + 1, lastBytes);
  if ((a | b | c | d) > 255) return 0;
  address = (a << 24) | (b << 16) | (c << 8) | d;
  return end + 1;
}

// @ts-ignore: decorator
@inline
function isOctetLength(bytes: u32): bool {
  return bytes - 1 < 3;
}

/** One to three digits as a number. */
// @ts-ignore: decorator
@inline
function octet(at: usize, bytes: u32): u32 {
  const read = (load<u32>(at) ^ 0x30303030) << (32 - (bytes << 3));
  return (read >> 24) + 10 * ((read >> 16) & 0xff) + 100 * ((read >> 8) & 0xff);
}

/** Whether eight full groups and a space stand at `at`, as the kernel prints an IPv6 address. */
// @ts-ignore: decorator
@inline
export function isV6(at: usize): bool {
  return (
    isHexWithColons(at, 0x4210) &&
    isHexWithColons(at + 16, 0x2108) &&
    isHexWithColons(at + 23, 0x0842) &&
    load<u8>(at + V6_BYTES) === SPACE
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
