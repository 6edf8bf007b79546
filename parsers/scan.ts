import type { LineRecord } from "./line-record.ts";

export const SPACE = 0x20;
export const COLON = 0x3a;
export const BRACKET_OPEN = 0x5b;
export const BRACKET_CLOSE = 0x5d;
const ZERO = 0x30;

/** A number that does not stand where one must, or that is too large to be true. */
export const NOT_A_NUMBER = -2;

/** Bytes of an ASCII key such as `SRC=`, made once. */
export function key(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39;
}

/** Moves past `word` when it stands at the cursor. */
export function skip(bytes: Uint8Array, record: LineRecord, word: Uint8Array): boolean {
  const at = record.at;
  const length = word.length;
  if (at + length > record.end) return false;
  for (let i = 0; i < length; i++) {
    if (bytes[at + i] !== word[i]) return false;
  }
  record.at = at + length;
  return true;
}

/** A key of four bytes as one number, for skip4(). */
export function key4(text: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = key(text);
  return (a << 24) | (b << 16) | (c << 8) | d;
}

/** skip() for keys of four bytes, of which a line has many: one comparison, no loop. */
export function skip4(bytes: Uint8Array, record: LineRecord, word: number): boolean {
  const at = record.at;
  if (at + 4 > record.end) return false;
  const here = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  if (here !== word) return false;
  record.at = at + 4;
  return true;
}

/** Old kernels and shippers leave more than one space between items. */
export function skipSpaces(bytes: Uint8Array, record: LineRecord): void {
  let at = record.at;
  while (at < record.end && bytes[at] === SPACE) at++;
  record.at = at;
}

/** Reads decimal digits up to `max`; NOT_A_NUMBER when there are none or too many. */
export function decimal(bytes: Uint8Array, record: LineRecord, max: number): number {
  let at = record.at;
  const start = at;
  let value = 0;
  while (at < record.end) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    if (value > max) return NOT_A_NUMBER;
    at++;
  }
  record.at = at;
  return at === start ? NOT_A_NUMBER : value;
}

export function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= ZERO && byte <= 0x39) return byte - ZERO;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Reads hex digits up to `max`, an optional `0x` before them; NOT_A_NUMBER when there are none. */
export function hexadecimal(bytes: Uint8Array, record: LineRecord, max: number): number {
  let at = record.at;
  if (at + 1 < record.end && bytes[at] === ZERO && bytes[at + 1] === 0x78) at += 2;
  const start = at;
  let value = 0;
  while (at < record.end) {
    const digit = hexDigit(bytes[at]);
    if (digit < 0) break;
    value = value * 16 + digit;
    if (value > max) return NOT_A_NUMBER;
    at++;
  }
  record.at = at;
  return at === start ? NOT_A_NUMBER : value;
}

/** Moves to the next space or to the end. */
export function skipWord(bytes: Uint8Array, record: LineRecord): void {
  let at = record.at;
  while (at < record.end && bytes[at] !== SPACE) at++;
  record.at = at;
}

/** Whether `word` stands at `at`, and ends before `end`. */
export function startsAt(bytes: Uint8Array, at: number, end: number, word: Uint8Array): boolean {
  if (at + word.length > end) return false;
  for (let i = 0; i < word.length; i++) {
    if (bytes[at + i] !== word[i]) return false;
  }
  return true;
}

/** Whether bytes[start, end) are `word` and nothing else. */
export function isWord(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  return end - start === word.length && startsAt(bytes, start, end, word);
}

/** Index of `word` in bytes[start, end); -1 when it is not there. */
export function find(bytes: Uint8Array, start: number, end: number, word: Uint8Array): number {
  const first = word[0]!;
  const last = end - word.length;
  for (let at = start; at <= last; at++) {
    if (bytes[at] === first && startsAt(bytes, at, end, word)) return at;
  }
  return -1;
}

/** The byte at the cursor; 0 at the end. */
export function peek(bytes: Uint8Array, record: LineRecord): number {
  return record.at < record.end ? bytes[record.at]! : 0;
}
