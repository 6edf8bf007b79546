import { byteAt, SPACE, word } from "./bytes";
import { KnownNames } from "./known-names";
import { SeenText } from "./seen-text";

const KERN: u32 = 0x6e72656b; // kern
const EL: u32 = 0x203a6c65; // "el: "
const DOT: u8 = 0x2e;
const OPEN: u8 = 0x5b;
const ZERO: u8 = 0x30;
/** `678901] ` */
const MICROS_BYTES = 8;
const DIGITS_6: u64 = 0xffffffffffff;
const PREFIX_BYTES_MAX = 128;
const NODE_BYTES_MAX = 256;
/** Thirty years. */
const UPTIME_DIGITS_MAX = 9;

export const nodes: KnownNames = new KnownNames();
export const prefixes: KnownNames = new KnownNames();
/** `host kernel: [12345.`, of a second that has more lines than one; the node is its value. */
const seenHost = new SeenText();
let seenUptime: i32 = -1;

/** Of the line read last. */
export let node: i32 = 0;
export let prefix: i32 = 0;
/** Seconds since boot; -1 when the line does not have them. */
export let uptime: i32 = -1;

/** `host kernel: [uptime] prefix`: where `IN=` begins, 0 when it is not that. */
// @ts-ignore: decorator
@inline
export function readHeader(start: usize): usize {
  let at: usize;
  if (seenHost.isAt(start)) {
    at = start + seenHost.length;
    if (!isMicros(at)) return 0;
    at += MICROS_BYTES;
    node = seenHost.value;
    uptime = seenUptime;
  } else if ((at = readHost(start)) === 0) return 0;
  if (prefixes.isLastAt(at) && isIn(at + prefixes.lastLength)) {
    prefix = prefixes.lastNumber;
    return at + prefixes.lastLength;
  }
  const first = at;
  const limit = at + PREFIX_BYTES_MAX;
  for (; !isIn(at); at++) {
    if (byteAt(at) < SPACE || at === limit) return 0;
  }
  prefix = prefixes.find(first, <i32>(at - first));
  return prefix < 0 ? 0 : at;
}

/** The names and numbers of another session. */
export function forgetNames(): void {
  nodes.clear();
  prefixes.clear();
  seenHost.forget();
}

/** What seenHost is for, and what else stands before the prefix: where that begins, else 0. */
function readHost(start: usize): usize {
  let at = start;
  if (nodes.isLastAt(at) && byteAt(at + nodes.lastLength) === SPACE) {
    at += nodes.lastLength;
    node = nodes.lastNumber;
  } else {
    const limit = at + NODE_BYTES_MAX;
    while (byteAt(at) > SPACE && at < limit) at++;
    node = nodes.find(start, <i32>(at - start));
    if (node < 0 || byteAt(at) !== SPACE) return 0;
  }
  at++;
  if (word(at) !== KERN || word(at + 4) !== EL) return 0;
  at += 8;
  uptime = -1;
  if (byteAt(at) !== OPEN) return at;
  at = readUptime(at);
  if (uptime >= 0) {
    seenHost.see(start, at - MICROS_BYTES, node);
    seenUptime = uptime;
  }
  return at;
}

// @ts-ignore: decorator
@inline
function isIn(at: usize): bool {
  return (word(at) & 0xffffff) === 0x3d4e49; // IN=
}

/** `[12345.678901] `: where the message begins; `start` when the bracket is the prefix's own. */
function readUptime(start: usize): usize {
  let at = start + 1;
  while (byteAt(at) === SPACE) at++;
  let seconds: u32 = 0;
  const first = at;
  for (let digit = byteAt(at) - ZERO; digit < 10; digit = byteAt(++at) - ZERO) {
    seconds = seconds * 10 + digit;
  }
  const count = <i32>(at - first);
  if (count === 0 || count > UPTIME_DIGITS_MAX || byteAt(at) !== DOT) return start;
  at++;
  if (!isMicros(at)) return start;
  uptime = seconds;
  return at + MICROS_BYTES;
}

/** `678901] ` */
// @ts-ignore: decorator
@inline
function isMicros(at: usize): bool {
  const read = load<u64>(at) ^ 0x205d303030303030;
  const tooLarge = ((read & DIGITS_6) + 0x767676767676) | read;
  return (tooLarge & 0xffff808080808080) === 0;
}
