import type { LineRecord } from "../line-record.ts";
import {
  BRACKET_CLOSE,
  BRACKET_OPEN,
  COLON,
  decimal,
  key,
  peek,
  SPACE,
  skip,
  skipSpaces,
} from "../scan.ts";
import { skipFacility, skipKernLog } from "./facility.ts";
import {
  PROGRAM_KERNEL,
  PROGRAM_NONE,
  PROGRAM_OWN,
  PROGRAM_PROCESS,
  programOf,
} from "./program.ts";

const KERNEL_TAG = key("kernel:");
/** Linux cuts names at 15, syslog(3) takes any identifier; longer ones are text. */
const NAME_BYTES_MAX = 64;

export const TAG_NONE = 0;
/** The kernel's: what follows is its message. */
export const TAG_KERNEL = 1;
/** Of a program that was told from others: its name is known, or it has a process number. */
export const TAG_PROGRAM = 2;
/** `name: `, which may as well be the beginning of a LOG prefix. */
export const TAG_PERHAPS = 3;

/** Who wrote the message: `kernel:`, `name[123]:`, `name:`, and what shippers put there. */
export function readTag(bytes: Uint8Array, record: LineRecord): number {
  if (skip(bytes, record, KERNEL_TAG)) return told(record, PROGRAM_KERNEL, TAG_KERNEL);
  if (skipKernLog(bytes, record)) return told(record, PROGRAM_KERNEL, TAG_KERNEL);
  const start = record.at;
  if (skipFacility(bytes, record)) {
    if (skip(bytes, record, KERNEL_TAG)) return told(record, PROGRAM_KERNEL, TAG_KERNEL);
    record.at = start;
  }
  const nameEnd = nameEndAt(bytes, start, record.end);
  if (nameEnd === start) return TAG_NONE;
  record.at = nameEnd;
  const hasNumber = skipProcessNumber(bytes, record);
  if (peek(bytes, record) !== COLON) {
    record.at = start;
    return TAG_NONE;
  }
  record.at++;
  if (record.at < record.end && bytes[record.at] !== SPACE) {
    record.at = start;
    return TAG_NONE;
  }
  const program = programOf(bytes, start, nameEnd);
  if (program === PROGRAM_NONE && !hasNumber) return TAG_PERHAPS;
  return told(record, program === PROGRAM_NONE ? PROGRAM_PROCESS : program, TAG_PROGRAM);
}

/** `denyscope ` or `denyscope[1] `: rsyslog writes no colon behind the name of RFC 5424. */
export function readOwnTag(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  const nameEnd = nameEndAt(bytes, start, record.end);
  if (programOf(bytes, start, nameEnd) === PROGRAM_OWN) {
    record.at = nameEnd;
    skipProcessNumber(bytes, record);
    if (record.at === record.end || bytes[record.at] === SPACE) {
      told(record, PROGRAM_OWN, TAG_PROGRAM);
      return true;
    }
  }
  record.at = start;
  return false;
}

/** What denyscope wrote stays its own, however others wrapped it. */
export function setProgram(record: LineRecord, program: number): void {
  if (record.program !== PROGRAM_OWN) record.program = program;
}

function told(record: LineRecord, program: number, tag: number): number {
  setProgram(record, program);
  return tag;
}

function nameEndAt(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + NAME_BYTES_MAX);
  let at = start;
  while (at < limit) {
    const byte = bytes[at]!;
    if (byte <= SPACE || byte === COLON || byte === BRACKET_OPEN || byte === 0x3d) break;
    at++;
  }
  return at;
}

function skipProcessNumber(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (peek(bytes, record) !== BRACKET_OPEN) return false;
  record.at++;
  const number = decimal(bytes, record, 4_294_967_295);
  if (number >= 0 && peek(bytes, record) === BRACKET_CLOSE) {
    record.at++;
    return true;
  }
  record.at = start;
  return false;
}

/** `node1 kernel: `: a host that the kernel's tag behind it proves to be one. */
export function readHostOfKernel(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  while (record.at < record.end && bytes[record.at]! > SPACE) record.at++;
  const hostEnd = record.at;
  skipSpaces(bytes, record);
  if (hostEnd > start && record.at > hostEnd && readTag(bytes, record) === TAG_KERNEL) {
    record.nodeStart = start;
    record.nodeEnd = hostEnd;
    return true;
  }
  record.at = start;
  return false;
}
