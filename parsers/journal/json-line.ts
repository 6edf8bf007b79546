import { programOf } from "../header/program.ts";
import { readIsoStamp } from "../header/dated-stamp.ts";
import type { LineRecord } from "../line-record.ts";
import { COLON, isDigit, isWord, key, SPACE } from "../scan.ts";
import { decodeValue, stringEnd, valueEnd } from "./json-text.ts";
import { openMessage, scratchOf, setMonotonic, setOrigin, setRealtime } from "./open-message.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACE_OPEN = 0x7b;
const TAB = 0x09;

/** Keys that matter: of `journalctl -o json`, and of Docker's json-file. */
const keys = [
  "MESSAGE",
  "log",
  "__REALTIME_TIMESTAMP",
  "time",
  "_HOSTNAME",
  "_SOURCE_MONOTONIC_TIMESTAMP",
  "SYSLOG_IDENTIFIER",
  "_TRANSPORT",
].map(key);
const MESSAGE = 0;
const LOG = 1;
const REALTIME = 2;
const TIME = 3;
const HOSTNAME = 4;
const MONOTONIC = 5;
const IDENTIFIER = 6;
const TRANSPORT = 7;
const KERNEL = key("kernel");

/** Where the values of the keys lie; the first of each counts. */
const starts = new Int32Array(keys.length);
const ends = new Int32Array(keys.length);

/**
 * Opens the message that one object a line carries: decodes it to the record's scratch, and takes
 * time, host and origin from the fields around it, wherever they stand. False when the line is no
 * such object, or has no message, or null (journald's for one that was too long).
 */
export function openJsonLine(bytes: Uint8Array, record: LineRecord): boolean {
  const { at, end } = record;
  if (at >= end || bytes[at] !== BRACE_OPEN) return false;
  readFields(bytes, at + 1, end);
  const field = has(MESSAGE) ? MESSAGE : LOG;
  if (!has(field)) return false;
  const scratch = scratchOf(record);
  const messageEnd = decodeValue(bytes, starts[field]!, ends[field]!, scratch, 0);
  if (messageEnd === 0) return false;
  if (has(TIME)) readTime(bytes, record);
  setRealtime(record, numberOf(bytes, REALTIME));
  setMonotonic(record, numberOf(bytes, MONOTONIC));
  const program = programOf(bytes, starts[IDENTIFIER]! + 1, ends[IDENTIFIER]! - 1);
  const isKernel = isWord(bytes, starts[TRANSPORT]! + 1, ends[TRANSPORT]! - 1, KERNEL);
  setOrigin(record, program, isKernel ? "kernel" : has(TRANSPORT) ? "process" : "unknown");
  const hostEnd = decodeValue(bytes, starts[HOSTNAME]!, ends[HOSTNAME]!, scratch, messageEnd);
  openMessage(record, messageEnd, hostEnd);
  return true;
}

function has(field: number): boolean {
  return ends[field]! > starts[field]!;
}

/** One pass over the object; what is no JSON ends it. */
function readFields(bytes: Uint8Array, start: number, end: number): void {
  starts.fill(0);
  ends.fill(0);
  let at = skipBlanks(bytes, start, end);
  while (at < end && bytes[at] === QUOTE) {
    const keyStart = at + 1;
    const keyEnd = stringEnd(bytes, at, end);
    at = skipBlanks(bytes, keyEnd + 1, end);
    if (at >= end || bytes[at] !== COLON) return;
    at = skipBlanks(bytes, at + 1, end);
    const valueStart = at;
    at = valueEnd(bytes, at, end);
    note(bytes, keyStart, keyEnd, valueStart, at);
    at = skipBlanks(bytes, at, end);
    if (at >= end || bytes[at] !== COMMA) return;
    at = skipBlanks(bytes, at + 1, end);
  }
}

function note(
  bytes: Uint8Array,
  keyStart: number,
  keyEnd: number,
  start: number,
  end: number,
): void {
  for (let field = 0; field < keys.length; field++) {
    if (!isWord(bytes, keyStart, keyEnd, keys[field]!)) continue;
    // Of a value that was cut only the message is of use: who knows which digits are missing.
    const isCut = bytes[start] === QUOTE && (end - start < 2 || bytes[end - 1] !== QUOTE);
    if (has(field) || (isCut && field !== MESSAGE && field !== LOG)) return;
    starts[field] = start;
    ends[field] = end;
    return;
  }
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

/** journald writes numbers as strings; -1 when it is none. */
function numberOf(bytes: Uint8Array, field: number): number {
  let at = starts[field]!;
  const end = ends[field]!;
  if (at < end && bytes[at] === QUOTE) at++;
  if (at >= end || !isDigit(bytes[at])) return -1;
  let value = 0;
  for (; at < end && isDigit(bytes[at]); at++) value = value * 10 + bytes[at]! - 0x30;
  return value <= Number.MAX_SAFE_INTEGER ? value : -1;
}

/** Docker's own time, which counts where the message has none. */
function readTime(bytes: Uint8Array, record: LineRecord): void {
  const { at, end } = record;
  record.at = starts[TIME]! + 1;
  record.end = ends[TIME]! - 1;
  if (record.at < record.end) readIsoStamp(bytes, record);
  record.at = at;
  record.end = end;
}
