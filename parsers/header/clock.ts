import type { LineRecord } from "../line-record.ts";
import { COLON, isDigit, key } from "../scan.ts";

const DOT = 0x2e;
const COMMA = 0x2c;
const FRACTION_DIGITS = 6;
export const SECONDS_PER_DAY = 86_400;
/** `hh:mm:ss` */
export const CLOCK_BYTES = 8;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** First letters of a month as one number, so that a month is one comparison. */
const monthCodes = months.map((name) => {
  const [a = 0, b = 0, c = 0] = key(name);
  return (a << 16) | (b << 8) | c;
});

/** Two digits at `at`; -1 when they are none. The bytes must be there. */
export function twoDigits(bytes: Uint8Array, at: number): number {
  const high = bytes[at]! - 0x30;
  const low = bytes[at + 1]! - 0x30;
  return high < 0 || high > 9 || low < 0 || low > 9 ? -1 : high * 10 + low;
}

/** 0 for `Jan` at `at`; -1 when it is no month of the C locale. The bytes must be there. */
export function monthAt(bytes: Uint8Array, at: number): number {
  return monthCodes.indexOf((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!);
}

/** `hh:mm:ss` as seconds of the day; -1 when it is none. A leap second counts as second 60. */
export function clockAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + CLOCK_BYTES > end) return -1;
  const hours = twoDigits(bytes, at);
  const minutes = twoDigits(bytes, at + 3);
  const seconds = twoDigits(bytes, at + 6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) {
    return -1;
  }
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return -1;
  return hours * 3600 + minutes * 60 + seconds;
}

/** Digits after the seconds, behind a dot or a comma; beyond microseconds they are cut. */
export function readFraction(bytes: Uint8Array, record: LineRecord): void {
  record.stampMicros = 0;
  record.stampDigits = 0;
  if (record.at >= record.end) return;
  const separator = bytes[record.at];
  if (separator !== DOT && separator !== COMMA) return;
  let at = record.at + 1;
  let micros = 0;
  let digits = 0;
  for (; at < record.end && isDigit(bytes[at]); at++) {
    if (digits === FRACTION_DIGITS) continue;
    micros = micros * 10 + bytes[at]! - 0x30;
    digits++;
  }
  record.stampDigits = digits;
  for (let missing = digits; missing < FRACTION_DIGITS; missing++) micros *= 10;
  record.stampMicros = micros;
  record.at = at;
}
