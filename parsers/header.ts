import { daysOf } from "./days.ts";
import { type LineRecord, STAMP_ABSOLUTE, STAMP_YEARLESS } from "./line-record.ts";
import {
  BRACKET_CLOSE,
  BRACKET_OPEN,
  COLON,
  decimal,
  isDigit,
  key,
  SPACE,
  skip,
  skipSpaces,
  skipWord,
} from "./scan.ts";

const KERNEL_TAG = key("kernel:");
const KERNEL_5424 = key("kernel - - - ");
const VERSION_5424 = key("1 ");
const REPEATED = key("message repeated ");
const TIMES = key(" times: [");
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const DOT = 0x2e;
const COMMA = 0x2c;
const MINUS = 0x2d;
const PLUS = 0x2b;
const T = 0x54;
const Z = 0x5a;
const SECONDS_PER_DAY = 86_400;
/** Days before each month of a leap year, for stamps that have no year. */
const leapDays = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];
/** First letters of a month as one number, so that a month is one comparison. */
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const monthCodes = months.map((name) => {
  const [a = 0, b = 0, c = 0] = key(name);
  return (a << 16) | (b << 8) | c;
});

/**
 * Reads what syslog daemons and printk write before a kernel message: priority, stamp, host, tag,
 * uptime, and rsyslog's `message repeated` frame. Leaves the cursor at the first byte of the
 * message. What is not understood is left alone: it then belongs to the prefix.
 */
export function readHeader(bytes: Uint8Array, record: LineRecord): void {
  const framed = readPriority(bytes, record) && skip(bytes, record, VERSION_5424);
  const start = record.at;
  if (readAbsoluteStamp(bytes, record) || readYearlessStamp(bytes, record)) {
    skipSpaces(bytes, record);
    const afterStamp = record.at;
    const tag = framed ? KERNEL_5424 : KERNEL_TAG;
    // `journalctl --no-hostname` goes on with the tag.
    let hasTag = skip(bytes, record, tag);
    if (!hasTag) {
      record.nodeStart = afterStamp;
      skipWord(bytes, record);
      record.nodeEnd = record.at;
      skipSpaces(bytes, record);
      hasTag = skip(bytes, record, tag);
    }
    // `dmesg --time-format iso` has a comma in its stamp, and neither host nor tag behind it.
    if (!hasTag && record.stamp === STAMP_ABSOLUTE && bytes[start + 19] === COMMA) {
      record.nodeEnd = record.nodeStart;
      record.at = afterStamp;
      return;
    }
  }
  const message = record.at;
  skipSpaces(bytes, record);
  if (!readUptime(bytes, record)) {
    // The one space after the tag is syslog's, further ones are the message's own.
    record.at = Math.min(message + 1, record.at);
    readRepeated(bytes, record);
  }
}

/** `<5>`: facility * 8 + severity (RFC 5424 section 6.2.1). */
function readPriority(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (start >= record.end || bytes[start] !== LESS_THAN) return false;
  record.at++;
  const priority = decimal(bytes, record, 191);
  if (priority >= 0 && record.at < record.end && bytes[record.at] === GREATER_THAN) {
    record.at++;
    return true;
  }
  record.at = start;
  return false;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const high = bytes[at]! - 0x30;
  const low = bytes[at + 1]! - 0x30;
  return high < 0 || high > 9 || low < 0 || low > 9 ? -1 : high * 10 + low;
}

/** `hh:mm:ss` as seconds of the day; -1 when it is none. A leap second counts as second 60. */
function clock(bytes: Uint8Array, at: number): number {
  const hours = twoDigits(bytes, at);
  const minutes = twoDigits(bytes, at + 3);
  const seconds = twoDigits(bytes, at + 6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) {
    return -1;
  }
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return -1;
  return hours * 3600 + minutes * 60 + seconds;
}

/** RFC 3339 with a zone, and what journald and dmesg make of it (`+0000`, a comma). */
function readAbsoluteStamp(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (start + 20 > record.end || !isDigit(bytes[start])) return false;
  const century = twoDigits(bytes, start);
  const yearOfCentury = twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  const second = clock(bytes, start + 11);
  if (century < 0 || yearOfCentury < 0 || month < 1 || month > 12 || day < 1 || day > 31) {
    return false;
  }
  if (second < 0 || bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return false;
  if (bytes[start + 10] !== T) return false;
  record.at = start + 19;
  readFraction(bytes, record);
  const offset = readZone(bytes, record);
  if (offset === undefined || (record.at < record.end && bytes[record.at] !== SPACE)) {
    record.at = start;
    record.stampMicros = 0;
    record.stampDigits = 0;
    return false;
  }
  record.stamp = STAMP_ABSOLUTE;
  record.stampSeconds =
    daysOf(century * 100 + yearOfCentury, month, day) * SECONDS_PER_DAY + second - offset;
  return true;
}

/** Digits after the seconds; beyond microseconds they are cut. */
function readFraction(bytes: Uint8Array, record: LineRecord): void {
  if (record.at >= record.end) return;
  const separator = bytes[record.at];
  if (separator !== DOT && separator !== COMMA) return;
  let at = record.at + 1;
  let micros = 0;
  let digits = 0;
  for (; at < record.end && isDigit(bytes[at]); at++) {
    if (digits === 6) continue;
    micros = micros * 10 + bytes[at]! - 0x30;
    digits++;
  }
  record.stampDigits = digits;
  for (let missing = digits; missing < 6; missing++) micros *= 10;
  record.stampMicros = micros;
  record.at = at;
}

/** Seconds east of UTC of `Z`, `+02:00` or `+0200`; undefined when there is no zone. */
function readZone(bytes: Uint8Array, record: LineRecord): number | undefined {
  const at = record.at;
  if (at >= record.end) return undefined;
  const sign = bytes[at];
  if (sign === Z) {
    record.at = at + 1;
    return 0;
  }
  if ((sign !== PLUS && sign !== MINUS) || at + 5 > record.end) return undefined;
  const hours = twoDigits(bytes, at + 1);
  const colon = bytes[at + 3] === COLON ? 1 : 0;
  if (at + 5 + colon > record.end) return undefined;
  const minutes = twoDigits(bytes, at + 3 + colon);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  record.at = at + 5 + colon;
  const seconds = hours * 3600 + minutes * 60;
  return sign === MINUS ? -seconds : seconds;
}

/** `Mon dd hh:mm:ss` (RFC 3164), the day padded with a space, a zero or not at all. */
function readYearlessStamp(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (start + 14 > record.end) return false;
  const code = (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!;
  const month = monthCodes.indexOf(code);
  if (month < 0 || bytes[start + 3] !== SPACE) return false;
  record.at = start + 4;
  skipSpaces(bytes, record);
  const day = decimal(bytes, record, 31);
  const time = record.at + 1;
  const second = time + 8 <= record.end ? clock(bytes, time) : -1;
  if (day < 1 || second < 0 || bytes[record.at] !== SPACE) {
    record.at = start;
    return false;
  }
  record.at = time + 8;
  readFraction(bytes, record);
  record.stamp = STAMP_YEARLESS;
  record.stampSeconds = (leapDays[month]! + day - 1) * SECONDS_PER_DAY + second;
  return true;
}

/** `[12345.678901] `, and the caller that CONFIG_PRINTK_CALLER glues to it: `[    C3]`. */
function readUptime(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  if (start >= record.end || bytes[start] !== BRACKET_OPEN) return false;
  record.at++;
  skipSpaces(bytes, record);
  const seconds = decimal(bytes, record, 4_294_967_295);
  if (seconds >= 0 && record.at < record.end && bytes[record.at] === DOT) {
    const fraction = ++record.at;
    const micros = decimal(bytes, record, 999_999);
    const complete = record.at < record.end && bytes[record.at] === BRACKET_CLOSE;
    if (micros >= 0 && complete && record.at - fraction === 6) {
      record.at++;
      record.uptimeSeconds = seconds;
      record.uptimeMicros = micros;
      readCaller(bytes, record);
      if (record.at < record.end && bytes[record.at] === SPACE) record.at++;
      return true;
    }
  }
  record.at = start;
  return false;
}

function readCaller(bytes: Uint8Array, record: LineRecord): void {
  const start = record.at;
  if (start >= record.end || bytes[start] !== BRACKET_OPEN) return;
  record.at++;
  skipSpaces(bytes, record);
  const letter = record.at < record.end ? bytes[record.at++] : 0;
  const number = letter === 0x43 || letter === T ? decimal(bytes, record, 4_294_967_295) : -1;
  if (number >= 0 && record.at < record.end && bytes[record.at] === BRACKET_CLOSE) record.at++;
  else record.at = start;
}

/** rsyslog's `message repeated N times: [ ...]` (runtime/ratelimit.c): the bracket is its own. */
function readRepeated(bytes: Uint8Array, record: LineRecord): void {
  const start = record.at;
  if (!skip(bytes, record, REPEATED)) return;
  const times = decimal(bytes, record, 4_294_967_295);
  let end = record.end;
  while (end > record.at && bytes[end - 1] === SPACE) end--;
  if (times < 1 || !skip(bytes, record, TIMES) || bytes[end - 1] !== BRACKET_CLOSE) {
    record.at = start;
    return;
  }
  record.repeated = times;
  record.end = end - 1;
  const message = record.at;
  skipSpaces(bytes, record);
  if (!readUptime(bytes, record)) record.at = Math.min(message + 1, record.at);
}
