import { isBeginning } from "./damage.ts";
import type { LineRecord } from "./line-record.ts";
import { COLON, key, key4, SPACE, skip, skip4, skipSpaces, startsAt } from "./scan.ts";

const IN = key("IN=");
const OUT = key4("OUT=");
const OUT_BYTES = 4;
const PHYSIN = key("PHYSIN=");
const SLASH = 0x2f;
const DOT = 0x2e;
const IFNAME_BYTES_MAX = 15;
/** Longer words are not looked at as names, good or bad. */
const WORD_BYTES_MAX = 64;

/** Keys that may follow `OUT=<name> `; without one of them `IN=` belongs to the prefix. */
const keysBehind = [
  "SRC=",
  "MAC=",
  "PHYSIN=",
  "PHYSOUT=",
  "MACSRC=",
  "ARP ",
  "TRUNCATED",
  "MAC source = ",
].map(key);

/**
 * What readInterfaces() found: the interfaces of a LOG line; two names of which one cannot be an
 * interface's; two names and no packet behind them; two names, where the line ends; or nothing.
 */
export type Interfaces = "found" | "bad-name" | "no-packet" | "cut-short" | "none";

/**
 * Finds the first `IN=<name> OUT=<name> ` that is followed by a key of the grammar: a prefix may
 * hold `IN=` too, and may end without a separator.
 */
export function readInterfaces(bytes: Uint8Array, record: LineRecord): Interfaces {
  const last = record.end - IN.length - OUT_BYTES;
  let nearest: Interfaces = "none";
  for (let at = record.at; at <= last; at++) {
    if (bytes[at] !== 0x49 || bytes[at + 1] !== 0x4e || bytes[at + 2] !== 0x3d) continue;
    const found = interfacesAt(bytes, record, at);
    if (found === "found") return found;
    if (nearest === "none") nearest = found;
  }
  return nearest;
}

function interfacesAt(bytes: Uint8Array, record: LineRecord, at: number): Interfaces {
  record.at = at + IN.length;
  record.prefixEnd = at;
  record.inStart = record.at;
  if (!skipName(bytes, record) || record.at === record.end) return "none";
  record.inEnd = record.at;
  skipSpaces(bytes, record);
  // A bridge of Linux 2.4 writes PHYSIN between the two.
  if (skip(bytes, record, PHYSIN)) {
    record.physInStart = record.at;
    if (!skipName(bytes, record) || record.at === record.end) return "none";
    record.physInEnd = record.at;
    skipSpaces(bytes, record);
  } else {
    record.physInStart = 0;
    record.physInEnd = 0;
  }
  if (!skip4(bytes, record, OUT)) return "none";
  record.outStart = record.at;
  if (!skipName(bytes, record)) return "none";
  record.outEnd = record.at;
  const isGood =
    isName(bytes, record.inStart, record.inEnd) && isName(bytes, record.outStart, record.outEnd);
  if (record.at === record.end) return "cut-short";
  skipSpaces(bytes, record);
  if (isFollowedByKey(bytes, record)) return isGood ? "found" : "bad-name";
  return isBeginning(bytes, record.at, record.end) ? "cut-short" : "no-packet";
}

/** To the space behind a word, or to the end of the line; the word may be empty. */
function skipName(bytes: Uint8Array, record: LineRecord): boolean {
  const limit = Math.min(record.end, record.at + WORD_BYTES_MAX);
  let at = record.at;
  while (at < limit && bytes[at]! > SPACE) at++;
  record.at = at;
  return at === record.end || bytes[at] === SPACE;
}

/** As dev_valid_name(): 1 to 15 bytes, no slash, colon or blank, neither `.` nor `..`. */
function isName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > IFNAME_BYTES_MAX) return false;
  let isDots = end > start && end - start < 3;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === COLON || byte === SLASH) return false;
    if (byte !== DOT) isDots = false;
  }
  return !isDots;
}

function isFollowedByKey(bytes: Uint8Array, record: LineRecord): boolean {
  for (let i = 0; i < keysBehind.length; i++) {
    if (startsAt(bytes, record.at, record.end, keysBehind[i]!)) return true;
  }
  return record.at === record.end;
}
