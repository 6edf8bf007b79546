import { type LineRecord, STAMP_NONE } from "../line-record.ts";
import { BRACKET_CLOSE, BRACKET_OPEN, COLON, key, peek, SPACE, skip, skipSpaces } from "../scan.ts";
import { readIsoStamp, readUnixStamp, readWeekdayStamp } from "./dated-stamp.ts";
import { skipFacility } from "./facility.ts";
import { readKmsgRecord } from "./kmsg.ts";
import { PROGRAM_KERNEL, PROGRAM_NONE } from "./program.ts";
import { readRepeated, readRepeatOfPrevious } from "./repeated.ts";
import { readFrame, readPriority } from "./rfc5424.ts";
import {
  readHostOfKernel,
  readOwnTag,
  readTag,
  setProgram,
  TAG_KERNEL,
  TAG_NONE,
  TAG_PERHAPS,
  TAG_PROGRAM,
} from "./tag.ts";
import { readUptime } from "./uptime.ts";
import { readForeignStamp, readYearlessStamp } from "./yearless-stamp.ts";

/** Headers within headers: a container's log of a relay's of a host's, and one more. */
const LAYERS_MAX = 4;
const BOM = Uint8Array.of(0xef, 0xbb, 0xbf);
/** Container Runtime Interface; P is a part of a line, of which what is there is read. */
const streams = ["stdout F ", "stdout P ", "stderr F ", "stderr P "].map(key);
const FILE_NAME_BYTES_MAX = 1024;
const COMMA = 0x2c;
const MINUS = 0x2d;
const T = 0x54;
/** A comma behind the seconds of an ISO stamp. */
const FRACTION_OFFSET = 19;

/** What may follow a stamp. */
const STAMP_MISSING = 0;
/** A host: the first word, whatever comes then. */
const STAMP_AND_HOST = 1;
/** A message, or a host where the kernel's tag behind it shows that it is one. */
const STAMP_ALONE = 2;

/**
 * Reads what stands before a kernel message, whoever wrote it there: syslog daemons, printk,
 * dmesg, journalctl, container runtimes, relays, shippers, grep. Of several headers the last one,
 * which is next to the message, says when and where. Leaves the cursor at the first byte of the
 * message. What is not understood is left alone: it then belongs to the prefix.
 */
export function readHeader(bytes: Uint8Array, record: LineRecord): "message" | "repeat" {
  for (let layer = 0; layer < LAYERS_MAX; layer++) {
    if (!readLayer(bytes, record, layer === 0)) break;
  }
  const isAfterHeader = record.stamp !== STAMP_NONE || record.nodeEnd > record.nodeStart;
  if (isAfterHeader && readRepeatOfPrevious(bytes, record)) return "repeat";
  readMessageStart(bytes, record, isAfterHeader);
  return "message";
}

/** Reads one header. Whether another one may follow. */
function readLayer(bytes: Uint8Array, record: LineRecord, isFirst: boolean): boolean {
  const start = record.at;
  skipSpaces(bytes, record);
  if (skip(bytes, record, BOM)) skipSpaces(bytes, record);
  if (readKmsgRecord(bytes, record)) return false;
  if (readPriority(bytes, record) && readFrame(bytes, record)) {
    return record.program !== PROGRAM_KERNEL;
  }
  if (skipFacility(bytes, record)) readPriority(bytes, record);
  const beforeStamp = record.at;
  const stamp = readStamp(bytes, record);
  if (stamp !== STAMP_MISSING) return readBehindStamp(bytes, record, stamp);
  if (beforeStamp > start && bytes[beforeStamp - 1] !== SPACE) return false;
  if (isFirst && skipFileName(bytes, record)) return true;
  if (record.at > start && onlySpaces(bytes, start, record.at)) record.at = start;
  return false;
}

function onlySpaces(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== SPACE) return false;
  return true;
}

/** Any stamp; the one before it stays where this is none. */
function readStamp(bytes: Uint8Array, record: LineRecord): number {
  const start = record.at;
  const { stampMicros, stampDigits } = record;
  if (readIsoStamp(bytes, record)) {
    // `dmesg --time-format iso` has a comma; multilog, and journalctl with a host, a space.
    const hasComma =
      record.at > start + FRACTION_OFFSET && bytes[start + FRACTION_OFFSET] === COMMA;
    const isBare = hasComma || bytes[start + 10] !== T;
    return isBare ? STAMP_ALONE : STAMP_AND_HOST;
  }
  if (readYearlessStamp(bytes, record)) return STAMP_AND_HOST;
  if (readWeekdayStamp(bytes, record) || readUnixStamp(bytes, record)) return STAMP_ALONE;
  if (readBracketedStamp(bytes, record)) return STAMP_ALONE;
  record.stampMicros = stampMicros;
  record.stampDigits = stampDigits;
  const { stamp } = record;
  if (readForeignStamp(bytes, record)) {
    const behind = record.at;
    skipSpaces(bytes, record);
    if (readHostOfKernel(bytes, record)) {
      record.at = behind;
      return STAMP_AND_HOST;
    }
    record.stamp = stamp;
    record.stampMicros = stampMicros;
    record.stampDigits = stampDigits;
  }
  record.at = start;
  return STAMP_MISSING;
}

/** `[Tue Dec 29 11:59:54 2015]`: dmesg -T. */
function readBracketedStamp(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (peek(bytes, record) !== BRACKET_OPEN) return false;
  record.at++;
  if (readWeekdayStamp(bytes, record) && peek(bytes, record) === BRACKET_CLOSE) {
    record.at++;
    setProgram(record, PROGRAM_KERNEL);
    record.hexEscapes = true;
    return true;
  }
  record.at = start;
  return false;
}

/** Host and tag, or the stream of a container. Whether another header may follow. */
function readBehindStamp(bytes: Uint8Array, record: LineRecord, stamp: number): boolean {
  if (record.program !== PROGRAM_KERNEL) setProgram(record, PROGRAM_NONE);
  skipSpaces(bytes, record);
  for (let i = 0; i < streams.length; i++) if (skip(bytes, record, streams[i]!)) return true;
  // `journalctl --no-hostname` goes on with the tag.
  const afterStamp = record.at;
  let tag = readTag(bytes, record);
  if (tag === TAG_PERHAPS) tag = isHeader(bytes, record) ? tag : TAG_NONE;
  if (tag !== TAG_NONE) return tag !== TAG_KERNEL;
  record.at = afterStamp;
  if (stamp === STAMP_ALONE) {
    // multilog keeps the priority of what it was given.
    if (!readHostOfKernel(bytes, record)) readPriority(bytes, record);
    return false;
  }
  record.nodeStart = afterStamp;
  while (record.at < record.end && bytes[record.at] !== SPACE) record.at++;
  record.nodeEnd = record.at;
  const afterHost = record.at;
  skipSpaces(bytes, record);
  tag = readTag(bytes, record);
  if (tag === TAG_PERHAPS && !isHeader(bytes, record)) tag = TAG_NONE;
  if (tag === TAG_NONE && readOwnTag(bytes, record)) tag = TAG_PROGRAM;
  if (tag === TAG_NONE) record.at = afterHost;
  return tag !== TAG_KERNEL && tag !== TAG_NONE;
}

/** Whether a header stands at the cursor, which does not move. */
function isHeader(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  skipSpaces(bytes, record);
  const { stamp, stampSeconds, stampMicros, stampDigits, priority } = record;
  readPriority(bytes, record);
  const found = readStamp(bytes, record) !== STAMP_MISSING;
  record.stamp = stamp;
  record.stampSeconds = stampSeconds;
  record.stampMicros = stampMicros;
  record.stampDigits = stampDigits;
  record.priority = priority;
  record.at = start;
  return found;
}

/** `file:` or `file-` (a line of context) that grep glues to what it found. */
function skipFileName(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  const limit = Math.min(record.end, start + FILE_NAME_BYTES_MAX);
  for (let at = start + 1; at < limit && bytes[at]! > SPACE; at++) {
    if (bytes[at] !== COLON && bytes[at] !== MINUS) continue;
    record.at = at + 1;
    if (isHeader(bytes, record)) return true;
    const { uptimeSeconds, uptimeMicros } = record;
    const isUptime = readUptime(bytes, record);
    record.uptimeSeconds = uptimeSeconds;
    record.uptimeMicros = uptimeMicros;
    record.callerStart = 0;
    record.callerEnd = 0;
    if (isUptime) {
      record.at = at + 1;
      return true;
    }
  }
  record.at = start;
  return false;
}

/** The uptime, or the spaces of the message's own; and the frame of repeated messages. */
function readMessageStart(bytes: Uint8Array, record: LineRecord, isAfterHeader: boolean): void {
  const message = record.at;
  skipSpaces(bytes, record);
  if (readUptime(bytes, record)) {
    if (isAfterHeader) return;
    // dmesg, or `journalctl -o short-monotonic`, which goes on with host and tag.
    record.hexEscapes = true;
    if (record.program === PROGRAM_NONE) record.program = PROGRAM_KERNEL;
    if (!readHostOfKernel(bytes, record)) return;
    record.hexEscapes = false;
    if (peek(bytes, record) === SPACE) record.at++;
    return;
  }
  // The one space after the tag is syslog's, further ones are the message's own.
  record.at = Math.min(message + 1, record.at);
  readRepeated(bytes, record);
}
