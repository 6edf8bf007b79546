import type { LineRecord } from "./line-record.ts";
import { isDigit, key, SPACE, startsAt } from "./scan.ts";
import { textOf } from "./shown.ts";

const HASH = 0x23;
const BACKSLASH = 0x5c;
const X = 0x78;
const LF = 0x0a;
const CR = 0x0d;
/** Bytes of `#012` and of `\x0a`. */
const ESCAPE_BYTES = 4;
/** nf_log_trace(), and what conntrack says of packets that it holds for invalid. */
const traces = ["TRACE: ", "nf_ct_", "ip_ct_"].map(key);

/** Whether a prefix is one of those that the kernel gives to lines of its own. */
export function isTrace(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && bytes[at] === SPACE) at++;
  for (let i = 0; i < traces.length; i++) if (startsAt(bytes, at, end, traces[i]!)) return true;
  return false;
}

/**
 * The byte that `#ooo` at `at` stands for, as rsyslog writes control characters and, where told
 * to, bytes above ASCII (controlCharacterEscapePrefix); or `\xhh`, as /dev/kmsg and dmesg do. -1
 * when nothing is escaped there: a printable character is never written so.
 */
function escapedAt(bytes: Uint8Array, at: number, end: number, hexToo: boolean): number {
  if (at + ESCAPE_BYTES > end) return -1;
  let byte = -1;
  if (bytes[at] === HASH) {
    byte = 0;
    for (let i = at + 1; i < at + ESCAPE_BYTES; i++) {
      if (!isDigit(bytes[i]) || bytes[i]! > 0x37) return -1;
      byte = byte * 8 + bytes[i]! - 0x30;
    }
  } else if (hexToo && bytes[at] === BACKSLASH && bytes[at + 1] === X) {
    byte = hexPair(bytes[at + 2]!, bytes[at + 3]!);
  }
  return (byte >= 0 && byte < SPACE) || (byte >= 0x7f && byte <= 0xff) ? byte : -1;
}

function hexPair(high: number, low: number): number {
  const digit = (byte: number) =>
    byte >= 0x30 && byte <= 0x39
      ? byte - 0x30
      : (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66
        ? (byte | 0x20) - 0x57
        : -1;
  return digit(high) < 0 || digit(low) < 0 ? -1 : digit(high) * 16 + digit(low);
}

/** Whether a line end, escaped or not, lies in bytes[start, end): two lines sent as one. */
export function hasLineEnd(
  bytes: Uint8Array,
  start: number,
  end: number,
  hexToo: boolean,
): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === LF || byte === CR) return true;
    if (byte !== HASH && byte !== BACKSLASH) continue;
    const escaped = escapedAt(bytes, at, end, hexToo);
    if (escaped === LF || escaped === CR) return true;
  }
  return false;
}

/** Moves past line ends, NULs and spaces that end the line: `#015`, `#012`, `#000` from senders. */
export function skipTrailing(bytes: Uint8Array, record: LineRecord): void {
  let at = record.at;
  while (at < record.end) {
    const escaped = escapedAt(bytes, at, record.end, record.hexEscapes);
    if (isFiller(bytes[at]!)) at++;
    else if (escaped >= 0 && isFiller(escaped)) at += ESCAPE_BYTES;
    else return;
  }
  record.at = at;
}

function isFiller(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === 0;
}

const decoder = new TextDecoder();

/** The prefix as people wrote it: escapes undone, and U+FFFD for what is no UTF-8. */
export function prefixText(record: LineRecord): string {
  const { text, prefixStart, prefixEnd, hexEscapes } = record;
  if (!mayBeEscaped(text, prefixStart, prefixEnd)) return textOf(text, prefixStart, prefixEnd);
  const shown = new Uint8Array(prefixEnd - prefixStart);
  let length = 0;
  for (let at = prefixStart; at < prefixEnd; ) {
    const escaped = escapedAt(text, at, prefixEnd, hexEscapes);
    shown[length++] = escaped < 0 ? text[at]! : escaped;
    at += escaped < 0 ? 1 : ESCAPE_BYTES;
  }
  return decoder.decode(shown.subarray(0, length));
}

function mayBeEscaped(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] === HASH || bytes[at] === BACKSLASH) return true;
  }
  return false;
}
