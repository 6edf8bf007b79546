import { readCommonPacket } from "./common-packet.ts";
import { daysOf } from "./days.ts";
import { ETHERNET_HEADER_CHARACTERS, isEthernetHeader } from "./mac.ts";
import { ABSENT, type LineRecord, STAMP_ABSOLUTE } from "./line-record.ts";
import { BRACKET_OPEN, COLON, key4, SPACE, wordAt } from "./scan.ts";

const KERN = key4("kern");
const EL = key4("el: ");
const OUT = key4("OUT=");
const MAC = key4("MAC=");
const SRC = key4("SRC=");
const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;
const SLASH = 0x2f;
const DOT = 0x2e;
const T = 0x54;
const I = 0x49;
const N = 0x4e;
const EQUALS = 0x3d;
const CLOSE = 0x5d;
/** `2026-03-01T10:00:00.123456+00:00 ` */
const STAMP_BYTES = 33;
const LINE_BYTES_MIN = 160;
const IFNAME_BYTES_MAX = 15;

/** The last date that was read, and its number: that of the next line, nearly always. */
let lastDate = -1;
let lastDay = 0;

/**
 * Reads the line that nearly all denials are on a node of today: rsyslog's RFC 3339 stamp in UTC, a
 * kernel tag, an uptime or none, an Ethernet header or none, and the packet of common-packet.ts.
 * False for anything else; then the grammar reads it, to the same record. One function with its
 * cursor in a variable, for V8 inlines only so many small ones; and it finds the end of the line on
 * its way: `end` may be any index behind it, and record.end is the line's own.
 */
// oxlint-disable-next-line max-lines-per-function -- its length is what makes it fast, see above
export function readCommonLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  record: LineRecord,
): boolean {
  if (end - start < LINE_BYTES_MIN) return false;
  // The stamp, which must be in UTC.
  if (bytes[start + 10] !== T || bytes[start + 19] !== DOT || bytes[start + 26] !== PLUS) {
    return false;
  }
  const date = pairs(bytes, start) * 100 + pairs(bytes, start + 2);
  const monthAndDay = pairs(bytes, start + 5) * 100 + pairs(bytes, start + 8);
  const hours = pairs(bytes, start + 11);
  const minutes = pairs(bytes, start + 14);
  const seconds = pairs(bytes, start + 17);
  const micros =
    (pairs(bytes, start + 20) * 100 + pairs(bytes, start + 22)) * 100 + pairs(bytes, start + 24);
  const zone = pairs(bytes, start + 27) | pairs(bytes, start + 30);
  if (date < 0 || hours > 23 || minutes > 59 || seconds > 59 || micros < 0 || zone !== 0) {
    return false;
  }
  // A pair that is no number is far below zero, and brings what it is part of below zero too.
  if ((hours | minutes | seconds | monthAndDay) < 0) return false;
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return false;
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return false;
  if (bytes[start + 29] !== COLON || bytes[start + 32] !== SPACE) return false;
  if (date * 10_000 + monthAndDay !== lastDate && !readDate(date, monthAndDay)) return false;
  // Host and tag.
  let at = start + STAMP_BYTES;
  // A byte below the space ends this line, or is none that a host or a prefix should have.
  while (at < end && bytes[at]! > SPACE) at++;
  if (bytes[at] !== SPACE || at === start + STAMP_BYTES) return false;
  const nodeEnd = at++;
  if (end - at < LINE_BYTES_MIN - STAMP_BYTES - 20) return false;
  if (wordAt(bytes, at) !== KERN || wordAt(bytes, at + 4) !== EL) return false;
  at += 8;
  if (bytes[at] === SPACE) return false;
  let uptimeSeconds = ABSENT;
  let uptimeMicros = 0;
  if (bytes[at] === BRACKET_OPEN) {
    at++;
    while (bytes[at] === SPACE) at++;
    const first = at;
    uptimeSeconds = 0;
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
      uptimeSeconds = uptimeSeconds * 10 + digit;
    }
    if (at === first || at - first > 9 || bytes[at] !== DOT) return false;
    uptimeMicros = (pairs(bytes, at + 1) * 100 + pairs(bytes, at + 3)) * 100 + pairs(bytes, at + 5);
    if (uptimeMicros < 0 || bytes[at + 7] !== CLOSE || bytes[at + 8] !== SPACE) return false;
    at += 9;
  }
  // Prefix and interfaces: the first IN= must be the one, as it is unless a prefix holds another.
  const prefixStart = at;
  const last = end - 100;
  while (at < last && (bytes[at] !== I || bytes[at + 1] !== N || bytes[at + 2] !== EQUALS)) {
    if (bytes[at++]! < SPACE) return false;
  }
  // `message repeated 2 times: [ ...` begins with an m: the grammar undoes the frame.
  if (at >= last || bytes[prefixStart] === 0x6d) return false;
  const prefixEnd = at;
  const inStart = at + 3;
  at = nameEnd(bytes, inStart);
  if (at < 0 || wordAt(bytes, at + 1) !== OUT) return false;
  const inEnd = at;
  const outStart = at + 5;
  at = nameEnd(bytes, outStart);
  if (at < 0) return false;
  const outEnd = at++;
  let macStart = 0;
  let macEnd = 0;
  if (wordAt(bytes, at) === MAC) {
    macStart = at + 4;
    macEnd = macStart + ETHERNET_HEADER_CHARACTERS;
    if (end - macEnd < 60 || !isEthernetHeader(bytes, macStart, end)) return false;
    at = macEnd + 1;
  }
  if (wordAt(bytes, at) !== SRC) return false;
  record.reset();
  record.at = at;
  record.end = end;
  if (!readCommonPacket(bytes, record)) return false;
  record.stamp = STAMP_ABSOLUTE;
  record.stampSeconds = lastDay * 86_400 + hours * 3600 + minutes * 60 + seconds;
  record.stampMicros = micros;
  record.stampDigits = 6;
  record.nodeStart = start + STAMP_BYTES;
  record.nodeEnd = nodeEnd;
  record.uptimeSeconds = uptimeSeconds;
  record.uptimeMicros = uptimeMicros;
  record.prefixStart = prefixStart;
  record.prefixEnd = prefixEnd;
  record.inStart = inStart;
  record.inEnd = inEnd;
  record.outStart = outStart;
  record.outEnd = outEnd;
  record.macStart = macStart;
  record.macEnd = macEnd;
  return true;
}

function readDate(date: number, monthAndDay: number): boolean {
  const month = Math.floor(monthAndDay / 100);
  const day = monthAndDay % 100;
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  lastDate = date * 10_000 + monthAndDay;
  lastDay = daysOf(date, month, day);
  return true;
}

/** Two digits as a number; far below zero when they are none. */
function pairs(bytes: Uint8Array, at: number): number {
  const high = bytes[at]! - ZERO;
  const low = bytes[at + 1]! - ZERO;
  return high < 0 || high > 9 || low < 0 || low > 9 ? -1_000_000 : high * 10 + low;
}

/** The space behind an interface name of at most 15 bytes; -1 when it is no name. */
function nameEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; at <= start + IFNAME_BYTES_MAX; at++) {
    const byte = bytes[at]!;
    if (byte === SPACE) return at;
    if (byte < SPACE || byte === COLON || byte === SLASH) return -1;
  }
  return -1;
}
