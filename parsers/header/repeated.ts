import type { LineRecord } from "../line-record.ts";
import { BRACKET_CLOSE, decimal, key, SPACE, skip, skipSpaces } from "../scan.ts";
import { readUptime } from "./uptime.ts";

const REPEATED = key("message repeated ");
const TIMES_FRAME = key(" times: [");
const LAST_REPEATED = key("last message repeated ");
const TIMES = key(" times");
const TIME = key(" time");
const MINUS = 0x2d;
const U32_MAX = 4_294_967_295;

/**
 * rsyslog's `message repeated N times: [ ...]` (runtime/ratelimit.c): N further messages with this
 * text. The last bracket of the line is the frame's own, and no other is.
 */
export function readRepeated(bytes: Uint8Array, record: LineRecord): void {
  const start = record.at;
  if (!skip(bytes, record, REPEATED)) return;
  const times = decimal(bytes, record, U32_MAX);
  let end = record.end;
  while (end > record.at && bytes[end - 1] === SPACE) end--;
  if (times < 1 || !skip(bytes, record, TIMES_FRAME) || bytes[end - 1] !== BRACKET_CLOSE) {
    record.at = start;
    return;
  }
  record.repeated = times;
  record.end = end - 1;
  const message = record.at;
  skipSpaces(bytes, record);
  if (!readUptime(bytes, record)) record.at = Math.min(message + 1, record.at);
}

/**
 * `last message repeated 4 times`, of sysklogd, syslog-ng, and BSD (`--- last ... ---`), in place
 * of tag and message: the line before of the same host, N times more. Leaves N in record.repeated.
 */
export function readRepeatOfPrevious(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  skipDashes(bytes, record);
  if (skip(bytes, record, LAST_REPEATED)) {
    const times = decimal(bytes, record, U32_MAX);
    const isComplete = skip(bytes, record, TIMES) || skip(bytes, record, TIME);
    skipDashes(bytes, record);
    if (isComplete && times > 0 && record.at === record.end) {
      record.repeated = times;
      return true;
    }
  }
  record.at = start;
  return false;
}

function skipDashes(bytes: Uint8Array, record: LineRecord): void {
  skipSpaces(bytes, record);
  while (record.at < record.end && bytes[record.at] === MINUS) record.at++;
  skipSpaces(bytes, record);
}
