import { hexDigit, isDigit } from "../scan.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const COMMA = 0x2c;
const U = 0x75;
const REPLACEMENT = 0xfffd;
/** What follows a backslash, and what it stands for; all other bytes stand for themselves. */
const controls: readonly (readonly [number, number])[] = [
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x66, 0x0c],
];

/** Index of the quote that closes the string opened at `start`; `end` when none does. */
export function stringEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at;
  }
  return end;
}

/** Index behind the value that begins at `start`, whatever it is. */
export function valueEnd(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at, end);
      if (depth === 0) return Math.min(end, at + 1);
    } else if (byte === BRACKET_OPEN || byte === BRACE_OPEN) depth++;
    else if (byte === BRACKET_CLOSE || byte === BRACE_CLOSE) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (byte === COMMA && depth === 0) return at;
  }
  return end;
}

/**
 * Writes what a string, or an array of byte numbers, says to `to` at `toStart`; returns the index
 * behind. What it says is never longer than how it is said.
 */
export function decodeValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  toStart: number,
): number {
  if (start >= end) return toStart;
  if (bytes[start] === BRACKET_OPEN) return decodeNumbers(bytes, start + 1, end, to, toStart);
  if (bytes[start] !== QUOTE) return toStart;
  let put = toStart;
  for (let at = start + 1; at < end && bytes[at] !== QUOTE; at++) {
    const byte = bytes[at]!;
    if (byte !== BACKSLASH) to[put++] = byte;
    else if (++at >= end) break;
    else if (bytes[at] === U) {
      const unit = unitAt(bytes, at + 1, end);
      const low = unit >>> 10 === 0x36 ? unitAfterEscape(bytes, at + 5, end) : -1;
      const isPair = low >= 0 && low >>> 10 === 0x37;
      put = writeUtf8(to, put, isPair ? 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff) : unit);
      at += isPair ? 10 : 4;
    } else to[put++] = controlOf(bytes[at]!);
  }
  return put;
}

function controlOf(letter: number): number {
  for (let i = 0; i < controls.length; i++) if (controls[i]![0] === letter) return controls[i]![1];
  return letter;
}

/** journald's form for what is not UTF-8: `[73,78,61]`. */
function decodeNumbers(
  bytes: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  toStart: number,
): number {
  let put = toStart;
  let value = -1;
  for (let at = start; at < end; at++) {
    if (isDigit(bytes[at])) value = (Math.max(0, value) * 10 + bytes[at]! - 0x30) & 0xffff;
    else {
      if (value >= 0) to[put++] = value;
      value = -1;
      if (bytes[at] === BRACKET_CLOSE) break;
    }
  }
  return put;
}

/** Four hex digits; REPLACEMENT when they are none. */
function unitAt(bytes: Uint8Array, start: number, end: number): number {
  if (start + 4 > end) return REPLACEMENT;
  let unit = 0;
  for (let at = start; at < start + 4; at++) unit = (unit << 4) | hexDigit(bytes[at]);
  return unit < 0 ? REPLACEMENT : unit;
}

function unitAfterEscape(bytes: Uint8Array, start: number, end: number): number {
  const isEscape = start + 6 <= end && bytes[start] === BACKSLASH && bytes[start + 1] === U;
  return isEscape ? unitAt(bytes, start + 2, end) : -1;
}

function writeUtf8(to: Uint8Array, start: number, unit: number): number {
  const code = unit >>> 11 === 0x1b ? REPLACEMENT : unit;
  let put = start;
  if (code < 0x80) {
    to[put++] = code;
    return put;
  }
  if (code < 0x800) to[put++] = 0xc0 | (code >>> 6);
  else {
    if (code < 0x10000) to[put++] = 0xe0 | (code >>> 12);
    else {
      to[put++] = 0xf0 | (code >>> 18);
      to[put++] = 0x80 | ((code >>> 12) & 0x3f);
    }
    to[put++] = 0x80 | ((code >>> 6) & 0x3f);
  }
  to[put++] = 0x80 | (code & 0x3f);
  return put;
}
