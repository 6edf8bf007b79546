import type { LineRecord } from "../line-record.ts";
import { BRACKET_CLOSE, BRACKET_OPEN, decimal, key, peek, SPACE, skip, skipWord } from "../scan.ts";
import { readIsoStamp } from "./dated-stamp.ts";
import { PROGRAM_NONE, PROGRAM_PROCESS, programOf } from "./program.ts";
import { setProgram } from "./tag.ts";

const VERSION = key("1 ");
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const NIL = 0x2d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const PRIORITY_MAX = 191;

/** `<5>`: facility * 8 + severity (RFC 5424 section 6.2.1). */
export function readPriority(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (peek(bytes, record) !== LESS_THAN) return false;
  record.at++;
  const priority = decimal(bytes, record, PRIORITY_MAX);
  if (priority >= 0 && peek(bytes, record) === GREATER_THAN) {
    record.at++;
    record.priority = priority;
    return true;
  }
  record.at = start;
  return false;
}

/** `1 STAMP HOST APP PROCID MSGID SD `, what follows the priority in a header of RFC 5424. */
export function readFrame(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (!skip(bytes, record, VERSION)) return false;
  if (!(isNil(bytes, record) || readIsoStamp(bytes, record)) || !skipSpace(bytes, record)) {
    record.at = start;
    return false;
  }
  const hostStart = record.at;
  const hasHost = !isNil(bytes, record);
  if (hasHost) skipWord(bytes, record);
  const hostEnd = record.at;
  const isWhole = skipSpace(bytes, record) && readProgram(bytes, record) && skipData(bytes, record);
  if (!isWhole) {
    record.at = start;
    return false;
  }
  if (hasHost) {
    record.nodeStart = hostStart;
    record.nodeEnd = hostEnd;
  }
  skipSpace(bytes, record);
  return true;
}

/** `APP PROCID MSGID ` */
function readProgram(bytes: Uint8Array, record: LineRecord): boolean {
  const appStart = record.at;
  skipWord(bytes, record);
  const appEnd = record.at;
  if (!skipSpace(bytes, record)) return false;
  const hasNumber = !isNil(bytes, record);
  if (hasNumber) skipWord(bytes, record);
  if (!skipSpace(bytes, record)) return false;
  skipWord(bytes, record);
  if (!skipSpace(bytes, record)) return false;
  const program = programOf(bytes, appStart, appEnd);
  setProgram(record, program === PROGRAM_NONE && hasNumber ? PROGRAM_PROCESS : program);
  return true;
}

/** `-` or `[id name="value" ...]...`; in a value `\]` and `\"` are text (section 6.3.3). */
function skipData(bytes: Uint8Array, record: LineRecord): boolean {
  if (isNil(bytes, record)) return true;
  if (peek(bytes, record) !== BRACKET_OPEN) return false;
  let isQuoted = false;
  let isInside = false;
  for (; record.at < record.end; record.at++) {
    const byte = bytes[record.at];
    if (isQuoted && byte === BACKSLASH) record.at++;
    else if (byte === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (byte === BRACKET_OPEN) isInside = true;
    else if (byte === BRACKET_CLOSE) isInside = false;
    else if (!isInside) break;
  }
  record.at = Math.min(record.at, record.end);
  return !isInside && !isQuoted;
}

/** NILVALUE, and moves past it. */
function isNil(bytes: Uint8Array, record: LineRecord): boolean {
  if (peek(bytes, record) !== NIL) return false;
  if (record.at + 1 < record.end && bytes[record.at + 1] !== SPACE) return false;
  record.at++;
  return true;
}

function skipSpace(bytes: Uint8Array, record: LineRecord): boolean {
  if (peek(bytes, record) !== SPACE) return false;
  record.at++;
  return true;
}
