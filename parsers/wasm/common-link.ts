import { FLOW_IN, FLOW_OUT } from "../../src/model/flow-key";
import { byteAt, isHexWithColons, SPACE, word } from "./bytes";
import { SeenText } from "./seen-text";

const OUT: u32 = 0x3d54554f; // OUT=
const MAC: u32 = 0x3d43414d; // MAC=
const MAC_BYTES = 41;

/** The addresses behind MAC=, and the space after them. */
const seenMac = new SeenText();

/** `IN=cali1 OUT=eth0 MAC=... `: where `SRC=` begins, 0 when it is not that. */
// @ts-ignore: decorator
@inline
export function readLink(start: usize, line: usize): usize {
  let at = start + 3;
  let length = readName(at, line + FLOW_IN * 4);
  if (length < 0) return 0;
  at += length + 1;
  if (word(at) !== OUT) return 0;
  at += 4;
  length = readName(at, line + FLOW_OUT * 4);
  if (length < 0) return 0;
  at += length + 1;
  if (word(at) !== MAC) return at;
  at += 4;
  // Nothing for a device without a link layer, else destination, source and type.
  if (byteAt(at) === SPACE) return at + 1;
  if (seenMac.isAt(at)) return at + MAC_BYTES + 1;
  const isEthernet =
    isHexWithColons(at, 0x4924) &&
    isHexWithColons(at + 16, 0x2492) &&
    isHexWithColons(at + 25, 0x2492) &&
    byteAt(at + MAC_BYTES) === SPACE;
  if (!isEthernet) return 0;
  seenMac.see(at, at + MAC_BYTES + 1, 0);
  return at + MAC_BYTES + 1;
}

/** An interface name of at most 15 bytes, which may be empty, into four words: its length or -1. */
// @ts-ignore: decorator
@inline
function readName(at: usize, words: usize): i32 {
  const read = v128.load(at);
  const spaces = i8x16.bitmask(i8x16.eq(read, i8x16.splat(0x20)));
  if (spaces === 0) return -1;
  const length = ctz(spaces);
  // `.` and `..` are no names; others that begin so are rare.
  if (byteAt(at) === 0x2e) return -1;
  const isBad = v128.or(
    i8x16.lt_u(read, i8x16.splat(0x20)),
    v128.or(i8x16.eq(read, i8x16.splat(0x3a)), i8x16.eq(read, i8x16.splat(0x2f))),
  );
  if ((i8x16.bitmask(isBad) & ((1 << length) - 1)) !== 0) return -1;
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const isName = i8x16.lt_u(places, i8x16.splat(<i8>length));
  v128.store(words, v128.and(read, isName));
  return length;
}
