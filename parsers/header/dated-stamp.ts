import { daysOf } from "../days.ts";
import { type LineRecord, STAMP_ABSOLUTE, STAMP_LOCAL, type Stamp } from "../line-record.ts";
import { COLON, decimal, isDigit, isWord, key, SPACE, skipWord } from "../scan.ts";
import {
  CLOCK_BYTES,
  clockAt,
  monthAt,
  readFraction,
  SECONDS_PER_DAY,
  twoDigits,
} from "./clock.ts";

const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const T = 0x54;
const Z = 0x5a;
const UTC = key("UTC");
const GMT = key("GMT");
const DATE_BYTES = 10;
const WEEKDAY_BYTES = 4;
/** `1772359200.` */
const UNIX_DIGITS = 10;
const NO_ZONE = -1_000_000;

/**
 * `2026-03-01T10:00:00.123456+00:00` (RFC 3339), what journald and dmesg make of it (`+0000`, a
 * comma), and the same with a space and without a zone (`journalctl -o short-full`, multilog).
 */
export function readIsoStamp(bytes: Uint8Array, record: LineRecord, mayNameZone = false): boolean {
  const start = record.at;
  const date = isoDateAt(bytes, start, record.end);
  const second = clockAt(bytes, start + DATE_BYTES + 1, record.end);
  if (Number.isNaN(date) || second < 0) return false;
  const separator = bytes[start + DATE_BYTES];
  if (separator !== T && separator !== SPACE) return false;
  record.at = start + DATE_BYTES + 1 + CLOCK_BYTES;
  readFraction(bytes, record);
  const local = date * SECONDS_PER_DAY + second;
  const offset =
    separator === T ? readOffset(bytes, record) : readNamedZone(bytes, record, mayNameZone);
  if (record.at < record.end && bytes[record.at] !== SPACE) {
    record.at = start;
    return false;
  }
  return offset === NO_ZONE
    ? stamped(record, STAMP_LOCAL, local)
    : stamped(record, STAMP_ABSOLUTE, local - offset);
}

/** `Sun 2026-03-01 10:00:00 UTC`, as `journalctl -o short-full` has it in the C locale. */
export function readWeekdayStamp(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (start + WEEKDAY_BYTES > record.end || bytes[start + 3] !== SPACE) return false;
  record.at = start + WEEKDAY_BYTES;
  if (readIsoStamp(bytes, record, true) || readCalendarStamp(bytes, record)) return true;
  record.at = start;
  return false;
}

/** `Dec 29 11:59:54 2015`: what follows the weekday in asctime(3), as dmesg -T and logread. */
function readCalendarStamp(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (start + 20 > record.end) return false;
  const month = monthAt(bytes, start);
  const day = bytes[start + 4] === SPACE ? bytes[start + 5]! - 0x30 : twoDigits(bytes, start + 4);
  const second = clockAt(bytes, start + 7, record.end);
  if (month < 0 || day < 1 || day > 31 || second < 0 || bytes[start + 15] !== SPACE) return false;
  const year = twoDigits(bytes, start + 16) * 100 + twoDigits(bytes, start + 18);
  if (year < 1970) return false;
  record.at = start + 20;
  record.stampMicros = 0;
  record.stampDigits = 0;
  return stamped(record, STAMP_LOCAL, daysOf(year, month + 1, day) * SECONDS_PER_DAY + second);
}

/** `1772359200.123456 `: `journalctl -o short-unix`. */
export function readUnixStamp(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  const dot = start + UNIX_DIGITS;
  if (dot + 1 >= record.end || bytes[dot] !== DOT || !isDigit(bytes[start])) return false;
  const seconds = decimal(bytes, record, 9_999_999_999);
  if (record.at !== dot || !isDigit(bytes[dot + 1])) {
    record.at = start;
    return false;
  }
  readFraction(bytes, record);
  if (record.at < record.end && bytes[record.at] !== SPACE) {
    record.at = start;
    return false;
  }
  return stamped(record, STAMP_ABSOLUTE, seconds);
}

function stamped(record: LineRecord, stamp: Stamp, seconds: number): boolean {
  record.stamp = stamp;
  record.stampSeconds = seconds;
  return true;
}

/** Days since the epoch of `2026-03-01`; NaN when it is no date. */
function isoDateAt(bytes: Uint8Array, start: number, end: number): number {
  if (start + DATE_BYTES >= end || !isDigit(bytes[start])) return Number.NaN;
  const century = twoDigits(bytes, start);
  const yearOfCentury = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return Number.NaN;
  if (century < 0 || yearOfCentury < 0) return Number.NaN;
  if (month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
  return daysOf(century * 100 + yearOfCentury, month, day);
}

/** Seconds east of UTC of `Z`, `+02:00` or `+0200`; NO_ZONE, and an unmoved cursor, without. */
function readOffset(bytes: Uint8Array, record: LineRecord): number {
  const at = record.at;
  if (at >= record.end) return NO_ZONE;
  const sign = bytes[at];
  if (sign === Z) {
    record.at = at + 1;
    return 0;
  }
  if ((sign !== PLUS && sign !== MINUS) || at + 5 > record.end) return NO_ZONE;
  const hours = twoDigits(bytes, at + 1);
  const colon = bytes[at + 3] === COLON ? 1 : 0;
  if (at + 5 + colon > record.end) return NO_ZONE;
  const minutes = twoDigits(bytes, at + 3 + colon);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return NO_ZONE;
  record.at = at + 5 + colon;
  const seconds = hours * 3600 + minutes * 60;
  return sign === MINUS ? -seconds : seconds;
}

/**
 * ` UTC` is a zone. Other abbreviations stand for several (CST is three): then the zone is that of
 * the settings, as for stamps that name none.
 */
function readNamedZone(bytes: Uint8Array, record: LineRecord, mayBeAny: boolean): number {
  const start = record.at;
  if (start >= record.end || bytes[start] !== SPACE) return NO_ZONE;
  record.at = start + 1;
  skipWord(bytes, record);
  const isUtc =
    isWord(bytes, start + 1, record.at, UTC) || isWord(bytes, start + 1, record.at, GMT);
  if (isUtc) return 0;
  // `2026-03-01 10:00:00 DROP IN=`: where no zone must stand, a word of capitals is a prefix.
  if (!mayBeAny || !isAbbreviation(bytes, start + 1, record.at)) record.at = start;
  return NO_ZONE;
}

/** `CEST`: three to five capitals, or as tzdata has it for nameless zones, `+0530`. */
function isAbbreviation(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3 || end - start > 5) return false;
  const isSigned = bytes[start] === PLUS || bytes[start] === MINUS;
  for (let at = isSigned ? start + 1 : start; at < end; at++) {
    const byte = bytes[at]!;
    if (isSigned ? !isDigit(byte) : byte < 0x41 || byte > 0x5a) return false;
  }
  return true;
}
