import { lineBytesMax } from "../src/model/limits.ts";
import { readCommonLine } from "./common-line.ts";
import { ETHERNET_HEADER_CHARACTERS, isEthernetHeader } from "./mac.ts";
import { readHeader } from "./header.ts";
import type { LineParser, LineResult } from "./line-parser.ts";
import { ABSENT, type LineRecord } from "./line-record.ts";
import { readPacket } from "./packet.ts";
import {
  COLON,
  decimal,
  key,
  key4,
  NOT_A_NUMBER,
  SPACE,
  skip,
  skip4,
  skipSpaces,
  skipWord,
} from "./scan.ts";

const IN = key("IN=");
const OUT = key4("OUT=");
const PHYSIN = key("PHYSIN=");
const PHYSOUT = key("PHYSOUT=");
const MAC = key4("MAC=");
const MACSRC = key("MACSRC=");
const TUNNEL = key("TUNNEL=");
const UID = key4("UID=");
const GID = key4("GID=");
const MARK = key("MARK=");
const ARP = key("ARP ");
const ARP_HTYPE = key("ARP HTYPE=");
const TRACE = key("TRACE: ");
const OUT_BYTES = 4;
const LF = 0x0a;
const CR = 0x0d;
const SLASH = 0x2f;
const IFNAME_BYTES_MAX = 15;
const U32_MAX = 4_294_967_295;

/** Keys that may follow `OUT=<name> `; without one of them `IN=` belongs to the prefix. */
const keysAfterInterfaces = [
  "SRC=",
  "MAC=",
  "PHYSIN=",
  "PHYSOUT=",
  "MACSRC=",
  "ARP ",
  "TRUNCATED",
].map(key);

/** Plain TypeScript over bytes: the common line in one go, all others by the grammar. */
export const netfilterParser: LineParser = {
  parse(bytes, start, end, record) {
    const isCommon = readCommonLine(bytes, start, end, record) && record.end === end;
    return isCommon ? commonResult(bytes, record) : parseByGrammar(bytes, start, end, record);
  },

  parseNext(bytes, start, limit, record) {
    if (readCommonLine(bytes, start, limit, record)) {
      record.next = Math.min(limit, record.end + (bytes[record.end] === CR ? 2 : 1));
      return record.end - start > lineBytesMax ? "line-too-long" : commonResult(bytes, record);
    }
    const found = bytes.indexOf(LF, start);
    const lineEnd = found < 0 || found > limit ? limit : found;
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const isTooLong = end - start > lineBytesMax;
    const result = isTooLong ? "line-too-long" : parseByGrammar(bytes, start, end, record);
    // Not what the grammar left there: it takes the frame off repeated messages.
    record.end = end;
    record.next = Math.min(limit, lineEnd + 1);
    return result;
  },
};

function commonResult(bytes: Uint8Array, record: LineRecord): LineResult {
  const { prefixStart, prefixEnd } = record;
  return startsAt(bytes, prefixStart, prefixEnd, TRACE) ? "trace" : "log";
}

/** The grammar of nf_log_syslog.c, by position; reads every line that the kernel writes. */
export function parseByGrammar(
  bytes: Uint8Array,
  start: number,
  end: number,
  record: LineRecord,
): LineResult {
  record.reset();
  record.at = start;
  record.end = end;
  readHeader(bytes, record);
  record.prefixStart = record.at;
  if (!readInterfaces(bytes, record)) return "ordinary";
  if (startsAt(bytes, record.prefixStart, record.prefixEnd, TRACE)) return "trace";
  readLink(bytes, record);
  if (skip(bytes, record, ARP)) return "no-address";
  const packet = readPacket(bytes, record);
  const result = packet === "packet" ? readOwner(bytes, record) : packet;
  // A field that ends with the line has lost its value with the rest of it.
  const isCut = record.at === record.end && (result === "bad-number" || result === "bad-address");
  return isCut ? "cut-short" : result;
}

/**
 * Finds the first `IN=<name> OUT=<name> ` that is followed by a key of the grammar: a prefix may
 * hold `IN=` too, and may end without a separator.
 */
function readInterfaces(bytes: Uint8Array, record: LineRecord): boolean {
  const last = record.end - IN.length - OUT_BYTES;
  for (let at = record.at; at < last; at++) {
    if (bytes[at] !== 0x49 || bytes[at + 1] !== 0x4e || bytes[at + 2] !== 0x3d) continue;
    record.at = at + IN.length;
    record.prefixEnd = at;
    record.inStart = record.at;
    if (!skipInterface(bytes, record)) continue;
    record.inEnd = record.at - 1;
    // A bridge of Linux 2.4 writes PHYSIN between the two.
    if (skip(bytes, record, PHYSIN)) {
      skipWord(bytes, record);
      skipSpaces(bytes, record);
    }
    if (!skip4(bytes, record, OUT)) continue;
    record.outStart = record.at;
    if (!skipInterface(bytes, record)) continue;
    record.outEnd = record.at - 1;
    skipSpaces(bytes, record);
    if (isFollowedByKey(bytes, record)) return true;
  }
  return false;
}

/** An interface name of at most 15 bytes and the space behind it; the name may be empty. */
function skipInterface(bytes: Uint8Array, record: LineRecord): boolean {
  const limit = Math.min(record.end, record.at + IFNAME_BYTES_MAX + 1);
  for (let at = record.at; at < limit; at++) {
    const byte = bytes[at]!;
    if (byte === SPACE) {
      record.at = at + 1;
      return true;
    }
    if (byte < SPACE || byte === COLON || byte === SLASH) return false;
  }
  return false;
}

function isFollowedByKey(bytes: Uint8Array, record: LineRecord): boolean {
  for (let i = 0; i < keysAfterInterfaces.length; i++) {
    if (startsAt(bytes, record.at, record.end, keysAfterInterfaces[i]!)) return true;
  }
  return record.at === record.end;
}

function startsAt(bytes: Uint8Array, at: number, end: number, word: Uint8Array): boolean {
  if (at + word.length > end) return false;
  for (let i = 0; i < word.length; i++) {
    if (bytes[at + i] !== word[i]) return false;
  }
  return true;
}

/** Bridge ports and the link header, in either of their forms. */
function readLink(bytes: Uint8Array, record: LineRecord): void {
  while (skip(bytes, record, PHYSIN) || skip(bytes, record, PHYSOUT)) {
    skipWord(bytes, record);
    skipSpaces(bytes, record);
  }
  if (skip4(bytes, record, MAC)) {
    record.macStart = record.at;
    if (isEthernetHeader(bytes, record.at, record.end)) record.at += ETHERNET_HEADER_CHARACTERS;
    else skipWord(bytes, record);
    record.macEnd = record.at;
    skipSpaces(bytes, record);
    if (skip(bytes, record, TUNNEL)) skipWord(bytes, record);
  } else if (skip(bytes, record, MACSRC)) {
    // MACSRC= MACDST= [VPROTO= VID=] MACPROTO=: everything up to SRC= or ARP.
    record.macStart = record.at - MACSRC.length;
    do {
      skipWord(bytes, record);
      skipSpaces(bytes, record);
    } while (
      record.at < record.end &&
      !startsAt(bytes, record.at, record.end, keysAfterInterfaces[0]!) &&
      !startsAt(bytes, record.at, record.end, ARP_HTYPE)
    );
    record.macEnd = record.at;
  }
  skipSpaces(bytes, record);
}

/** `UID= GID= MARK=` of the outer packet end the line. */
function readOwner(bytes: Uint8Array, record: LineRecord): LineResult {
  if (skip4(bytes, record, UID)) {
    record.uid = decimal(bytes, record, U32_MAX);
    skipSpaces(bytes, record);
    if (skip4(bytes, record, GID)) record.gid = decimal(bytes, record, U32_MAX);
    skipSpaces(bytes, record);
  }
  if (skip(bytes, record, MARK)) {
    record.markStart = record.at;
    skipWord(bytes, record);
    record.markEnd = record.at;
  }
  const bad = record.uid === NOT_A_NUMBER || record.gid === NOT_A_NUMBER;
  if (record.family === 0) return "no-address";
  return bad ? "bad-number" : record.length === ABSENT ? "cut-short" : "log";
}
