import type { LineRecord } from "../line-record.ts";
import {
  BRACKET_CLOSE,
  BRACKET_OPEN,
  decimal,
  NOT_A_NUMBER,
  peek,
  SPACE,
  skipSpaces,
} from "../scan.ts";

const DOT = 0x2e;
const C = 0x43;
const T = 0x54;
const U32_MAX = 4_294_967_295;

/**
 * `[12345.678901] `, as printk stamps messages: blanks, digits, a dot and six digits, so that
 * `[UFW BLOCK]` is none. CONFIG_PRINTK_CALLER glues the caller to it: `[    C3]`.
 */
export function readUptime(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (peek(bytes, record) !== BRACKET_OPEN) return false;
  record.at++;
  skipSpaces(bytes, record);
  const seconds = decimal(bytes, record, U32_MAX);
  if (seconds >= 0 && peek(bytes, record) === DOT) {
    const fraction = ++record.at;
    const micros = decimal(bytes, record, 999_999);
    const isClosed = peek(bytes, record) === BRACKET_CLOSE;
    if (micros >= 0 && isClosed && record.at - fraction === 6) {
      record.at++;
      record.uptimeSeconds = seconds;
      record.uptimeMicros = micros;
      readCaller(bytes, record);
      if (peek(bytes, record) === SPACE) record.at++;
      return true;
    }
  }
  record.at = start;
  return false;
}

function readCaller(bytes: Uint8Array, record: LineRecord): void {
  const start = record.at;
  if (peek(bytes, record) !== BRACKET_OPEN) return;
  record.at++;
  skipSpaces(bytes, record);
  const callerStart = record.at;
  const letter = peek(bytes, record);
  record.at++;
  const number = letter === C || letter === T ? decimal(bytes, record, U32_MAX) : NOT_A_NUMBER;
  if (number >= 0 && peek(bytes, record) === BRACKET_CLOSE) {
    record.callerStart = callerStart;
    record.callerEnd = record.at++;
  } else record.at = start;
}
