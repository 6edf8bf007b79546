import { ABSENT, type LineRecord } from "../line-record.ts";
import { decimal, isDigit, peek } from "../scan.ts";
import { PROGRAM_KERNEL, PROGRAM_PROCESS } from "./program.ts";

const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const FLAGS_BYTES_MAX = 64;
const MICROS = 1_000_000;

/**
 * `6,1234,5678,-;text`: priority, sequence number, microseconds since boot, flags and what newer
 * kernels add to them (Documentation/ABI/testing/dev-kmsg). What a process writes to /dev/kmsg
 * never has the kernel's facility, 0.
 */
export function readKmsgRecord(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (!isDigit(peek(bytes, record))) return false;
  const priority = decimal(bytes, record, 65_535);
  const sequence = numberAfterComma(bytes, record);
  const micros = numberAfterComma(bytes, record);
  if (priority >= 0 && sequence >= 0 && micros >= 0 && peek(bytes, record) === COMMA) {
    const limit = Math.min(record.end, record.at + FLAGS_BYTES_MAX);
    for (let at = record.at; at < limit; at++) {
      if (bytes[at] !== SEMICOLON) continue;
      record.at = at + 1;
      record.priority = priority;
      record.uptimeSeconds = Math.floor(micros / MICROS);
      record.uptimeMicros = micros % MICROS;
      record.hexEscapes = true;
      record.program = priority >>> 3 === 0 ? PROGRAM_KERNEL : PROGRAM_PROCESS;
      return true;
    }
  }
  record.at = start;
  return false;
}

function numberAfterComma(bytes: Uint8Array, record: LineRecord): number {
  if (peek(bytes, record) !== COMMA) return ABSENT;
  record.at++;
  return decimal(bytes, record, Number.MAX_SAFE_INTEGER);
}
