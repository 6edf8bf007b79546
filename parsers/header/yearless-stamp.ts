import { type LineRecord, STAMP_NONE, STAMP_YEARLESS } from "../line-record.ts";
import { decimal, SPACE, skipSpaces } from "../scan.ts";
import { CLOCK_BYTES, clockAt, monthAt, readFraction, SECONDS_PER_DAY } from "./clock.ts";

/** Days before each month of a leap year, for stamps that have no year. */
const leapDays = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];
const STAMP_BYTES_MIN = 14;
const MONTH_BYTES_MAX = 24;
const DOT = 0x2e;

/** `Mon dd hh:mm:ss` (RFC 3164), the day padded with a space, a zero or not at all. */
export function readYearlessStamp(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (start + STAMP_BYTES_MIN > record.end) return false;
  const month = monthAt(bytes, start);
  if (month < 0 || bytes[start + 3] !== SPACE) return false;
  record.at = start + 4;
  const seconds = readDayAndClock(bytes, record);
  if (seconds < 0) {
    record.at = start;
    return false;
  }
  record.stamp = STAMP_YEARLESS;
  record.stampSeconds = leapDays[month]! * SECONDS_PER_DAY + seconds;
  return true;
}

/**
 * The same with a month in the language of whoever ran journalctl, `июл 20 07:34:26`: it says
 * where the header ends, and no time.
 */
export function readForeignStamp(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  const limit = Math.min(record.end, start + MONTH_BYTES_MAX);
  let at = start;
  while (at < limit && isOfMonth(bytes[at]!)) at++;
  if (at === start || at === limit || bytes[at] !== SPACE) return false;
  const { stampMicros, stampDigits } = record;
  record.at = at + 1;
  const isStamp = readDayAndClock(bytes, record) >= 0;
  record.stampMicros = stampMicros;
  record.stampDigits = stampDigits;
  if (isStamp) {
    record.stamp = STAMP_NONE;
    record.stampMicros = 0;
    record.stampDigits = 0;
  } else record.at = start;
  return isStamp;
}

/** Letters of any script in UTF-8, and the dot of an abbreviation. */
function isOfMonth(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || byte >= 0x80 || byte === DOT;
}

/** ` 1 10:00:00.123`: seconds since the month's first midnight; -1 when it is none. */
function readDayAndClock(bytes: Uint8Array, record: LineRecord): number {
  skipSpaces(bytes, record);
  const day = decimal(bytes, record, 31);
  if (day < 1 || record.at >= record.end || bytes[record.at] !== SPACE) return -1;
  const second = clockAt(bytes, record.at + 1, record.end);
  if (second < 0) return -1;
  record.at += 1 + CLOCK_BYTES;
  readFraction(bytes, record);
  return (day - 1) * SECONDS_PER_DAY + second;
}
