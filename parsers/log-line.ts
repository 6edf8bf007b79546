import { hasUpperHex } from "./address.ts";
import { damageAt, packetWithoutHead } from "./damage.ts";
import { readEbtables } from "./ebtables.ts";
import {
  PROGRAM_JOURNALD,
  PROGRAM_KERNEL,
  PROGRAM_PROCESS,
  PROGRAM_RSYSLOG,
} from "./header/program.ts";
import { type Interfaces, readInterfaces } from "./interfaces.ts";
import type { LineResult } from "./line-parser.ts";
import {
  ABSENT,
  DIALECT_EBTABLES,
  DIALECT_KERNEL,
  DIALECT_ULOGD,
  LineRecord,
} from "./line-record.ts";
import { isOtherFrame, readLink } from "./link.ts";
import { readPacket } from "./packet.ts";
import { hasLineEnd, isTrace, skipTrailing } from "./prefix.ts";
import {
  decimal,
  find,
  hexDigit,
  key,
  key4,
  NOT_A_NUMBER,
  skip,
  skip4,
  skipSpaces,
  skipWord,
  startsAt,
} from "./scan.ts";

const UID = key4("UID=");
const GID = key4("GID=");
const MARK = key("MARK=");
const ARP = key("ARP ");
const EBTABLES = key("MAC source = ");
const SRC = key(" SRC=");
const HEX = key("0x");
const MARK_DIGITS_MAX = 8;
const U32_MAX = 4_294_967_295;

/** The packet in an ICMP error is read to see that it is one; used again and again. */
const inner = new LineRecord();

/**
 * Reads the message of a LOG line, by position as nf_log_syslog.c writes it, with what ulogd,
 * ebtables and old kernels do otherwise. `ordinary` when it is none and nothing was lost of it.
 */
export function readLogLine(bytes: Uint8Array, record: LineRecord): LineResult {
  const message = record.at;
  record.prefixStart = message;
  const interfaces = readInterfaces(bytes, record);
  if (interfaces !== "found") return readWithoutInterfaces(bytes, record, message, interfaces);
  const result = readBody(bytes, record);
  if (isTrace(bytes, record.prefixStart, record.prefixEnd)) return "trace";
  if (result !== "log" && result !== "no-address") return result;
  return isForged(bytes, record) ? "suspect" : result;
}

/**
 * What the kernel cannot have written: a line of a process that names itself with its number, text
 * behind an escaped line end, and what the readers of the fields found.
 */
function isForged(bytes: Uint8Array, record: LineRecord): boolean {
  const { program } = record;
  if (program === PROGRAM_PROCESS || program === PROGRAM_RSYSLOG || program === PROGRAM_JOURNALD) {
    return true;
  }
  if (hasLineEnd(bytes, record.prefixStart, record.prefixEnd, record.hexEscapes)) return true;
  return record.suspect && record.dialect === DIALECT_KERNEL;
}

/** From the interfaces to the end: bytes[prefixEnd, end) without `IN=` to `OUT=<name> `. */
function readBody(bytes: Uint8Array, record: LineRecord): LineResult {
  if (startsAt(bytes, record.at, record.end, EBTABLES)) {
    const result = readEbtables(bytes, record);
    return result === "packet" ? readRest(bytes, record) : result;
  }
  readLink(bytes, record);
  if (skip(bytes, record, ARP)) return "no-address";
  if (record.at === record.end && isOtherFrame(bytes, record)) return "no-address";
  const packet = readPacket(bytes, record);
  if (packet === "no-address" && record.family !== 0) return packet;
  const isRead = packet === "packet" || packet === "no-address";
  // A field that ends with the line has lost its value with the rest of it.
  if (!isRead) {
    const isCut = record.at === record.end && packet !== "suspect" && packet !== "unknown-dialect";
    return isCut ? "cut-short" : packet;
  }
  const { innerEnd, innerStart } = record;
  const carried = innerEnd > innerStart ? readInner(bytes, record) : "packet";
  return carried === "packet" ? readOwner(bytes, record) : carried;
}

/** The packet that an ICMP error carries, between brackets that the line's end may have taken. */
function readInner(bytes: Uint8Array, record: LineRecord): "packet" | "suspect" | "unknown-token" {
  inner.resetPacket();
  inner.suspect = false;
  inner.dialect = record.dialect;
  inner.at = record.innerStart;
  inner.end = record.innerEnd;
  const result = readPacket(bytes, inner);
  if (result === "suspect" || result === "unknown-token") return result;
  if (inner.suspect) record.suspect = true;
  if (result !== "packet") return "packet";
  // ip6t_LOG of Linux 2.6.29 to 3.3 prints the outer packet's mark here, and not behind.
  if (inner.family === 6) {
    skipSpaces(bytes, inner);
    if (skip(bytes, inner, MARK)) readMark(bytes, inner, record);
  }
  skipSpaces(bytes, inner);
  if (inner.at === inner.end) return "packet";
  const damage = damageAt(bytes, inner);
  return damage === "cut-short" ? "packet" : damage;
}

/** `UID= GID= MARK=` of the outer packet end the line. */
function readOwner(bytes: Uint8Array, record: LineRecord): LineResult {
  skipSpaces(bytes, record);
  if (skip4(bytes, record, UID)) {
    record.uid = decimal(bytes, record, U32_MAX);
    skipSpaces(bytes, record);
  }
  if (skip4(bytes, record, GID)) {
    record.gid = decimal(bytes, record, U32_MAX);
    skipSpaces(bytes, record);
  }
  const isBad = record.uid === NOT_A_NUMBER || record.gid === NOT_A_NUMBER;
  if (isBad) return record.at < record.end ? "bad-number" : readRest(bytes, record);
  if (skip(bytes, record, MARK) && !readMark(bytes, record, record)) return "bad-number";
  return readRest(bytes, record);
}

/** `0x10000`, no zeros before it, lower case; ulogd's has no 0x. */
function readMark(bytes: Uint8Array, from: LineRecord, to: LineRecord): boolean {
  const start = from.at;
  const isKernel = startsAt(bytes, start, from.end, HEX);
  const digits = isKernel ? start + 2 : start;
  let at = digits;
  while (at < from.end && at < digits + MARK_DIGITS_MAX && hexDigit(bytes[at]) >= 0) at++;
  from.at = at;
  const isCut = at === digits;
  if (isCut && at < from.end) return false;
  skipWord(bytes, from);
  if (from.at > at) return false;
  if (isCut) return true;
  if (!isKernel) to.dialect = DIALECT_ULOGD;
  else if (hasUpperHex(bytes, digits, at)) to.suspect = true;
  to.markStart = start;
  to.markEnd = at;
  return true;
}

/** Nothing may follow, but spaces and what was left of a line end. */
function readRest(bytes: Uint8Array, record: LineRecord): LineResult {
  skipSpaces(bytes, record);
  skipTrailing(bytes, record);
  if (record.at < record.end) {
    if (hasLineEnd(bytes, record.at, record.end, record.hexEscapes)) return "suspect";
    const damage = damageAt(bytes, record);
    if (damage !== "cut-short") return damage;
  }
  if (record.family === 0) return "no-address";
  return record.length === ABSENT && record.dialect !== DIALECT_EBTABLES ? "cut-short" : "log";
}

/** What a line may still be in which no interfaces with a packet behind them were found. */
function readWithoutInterfaces(
  bytes: Uint8Array,
  record: LineRecord,
  message: number,
  interfaces: Interfaces,
): LineResult {
  const { program, at, end } = record;
  record.prefixEnd = message;
  record.at = message;
  switch (interfaces) {
    case "bad-name":
      return isTrace(bytes, message, end) ? "trace" : "suspect";
    case "cut-short":
      return "cut-short";
    case "no-packet":
      // Other programs may well write IN= and OUT=; with addresses behind them it is a packet.
      return program === PROGRAM_KERNEL || find(bytes, at, end, SRC) >= 0
        ? "unknown-token"
        : "ordinary";
    case "none":
    case "found":
      return packetWithoutHead(bytes, record) ?? "ordinary";
  }
}
