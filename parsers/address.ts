import type { LineRecord } from "./line-record.ts";
import { COLON, hexDigit, isDigit } from "./scan.ts";

const DOT = 0x2e;

/**
 * Reads a dotted IPv4 address at the cursor as the kernel prints it (%pI4); -1 and an unmoved
 * cursor when there is none. The value is an unsigned 32-bit number.
 */
export function dottedAddress(bytes: Uint8Array, record: LineRecord): number {
  let at = record.at;
  const end = record.end;
  let value = 0;
  for (let part = 0; part < 4; part++) {
    if (part > 0) {
      if (at >= end || bytes[at] !== DOT) return -1;
      at++;
    }
    if (at >= end || !isDigit(bytes[at])) return -1;
    let octet = bytes[at++]! - 0x30;
    if (at < end && isDigit(bytes[at])) {
      octet = octet * 10 + bytes[at++]! - 0x30;
      if (at < end && isDigit(bytes[at])) octet = octet * 10 + bytes[at++]! - 0x30;
    }
    if (octet > 255) return -1;
    value = value * 256 + octet;
  }
  record.at = at;
  return value;
}

/** Four hex digits at `at`; -1 when they are none. */
function group(bytes: Uint8Array, at: number): number {
  const a = hexDigit(bytes[at]);
  const b = hexDigit(bytes[at + 1]);
  const c = hexDigit(bytes[at + 2]);
  const d = hexDigit(bytes[at + 3]);
  return (a | b | c | d) < 0 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}

const V6_TEXT_BYTES = 39;

/** Words of the last address that wordsAddress() read. */
export const wordsRead = new Int32Array(4);

/**
 * Reads an IPv6 address of eight full groups, as the kernel prints it (%pI6, never compressed),
 * into wordsRead; false and an unmoved cursor when there is none.
 */
export function wordsAddress(bytes: Uint8Array, record: LineRecord): boolean {
  const at = record.at;
  if (at + V6_TEXT_BYTES > record.end) return false;
  for (let word = 0; word < 4; word++) {
    const from = at + word * 10;
    const high = group(bytes, from);
    const low = group(bytes, from + 5);
    if (high < 0 || low < 0 || bytes[from + 4] !== COLON) return false;
    if (word < 3 && bytes[from + 9] !== COLON) return false;
    wordsRead[word] = (high << 16) | low;
  }
  record.at = at + V6_TEXT_BYTES;
  return true;
}

const GROUPS = 8;
const groups = new Int32Array(GROUPS);

/**
 * Reads an address with `::` or short groups, as ulogd and newer ebtables write it (inet_ntop),
 * into wordsRead; false and an unmoved cursor when there is none.
 */
export function compressedAddress(bytes: Uint8Array, record: LineRecord): boolean {
  const { at: start, end } = record;
  let count = 0;
  let gap = -1;
  let at = start;
  while (count < GROUPS) {
    if (at + 1 < end && bytes[at] === COLON && bytes[at + 1] === COLON && gap < 0) {
      gap = count;
      at += 2;
    } else if (count > 0 && gap !== count) {
      if (at >= end || bytes[at] !== COLON) break;
      at++;
    }
    const first = at;
    let value = 0;
    for (let digit = at < end ? hexDigit(bytes[at]) : -1; digit >= 0 && at < first + 4; ) {
      value = (value << 4) | digit;
      at++;
      digit = at < end ? hexDigit(bytes[at]) : -1;
    }
    if (at === first) {
      // Only `::` may end an address.
      if (gap === count) break;
      return false;
    }
    groups[count++] = value;
  }
  if (gap < 0 ? count !== GROUPS : count === GROUPS) return false;
  if (gap >= 0) {
    const tail = count - gap;
    groups.copyWithin(GROUPS - tail, gap, count);
    groups.fill(0, gap, GROUPS - tail);
  }
  for (let word = 0; word < 4; word++) {
    wordsRead[word] = (groups[word * 2]! << 16) | groups[word * 2 + 1]!;
  }
  record.at = at;
  return true;
}

/** Whether a hex digit in bytes[start, end) is upper case. */
export function hasUpperHex(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! >= 0x41 && bytes[at]! <= 0x46) return true;
  return false;
}
