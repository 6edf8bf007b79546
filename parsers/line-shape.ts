import { readIsoStamp } from "./header/dated-stamp.ts";
import { readUptime } from "./header/uptime.ts";
import { readYearlessStamp } from "./header/yearless-stamp.ts";
import { ABSENT, LineRecord } from "./line-record.ts";
import { BRACKET_OPEN, isDigit, key, SPACE, startsAt } from "./scan.ts";

/** Of what follows the stamp; longer lines have no shape. */
export const SHAPE_BYTES_MAX = 384;

const KERNEL = key(" kernel: ");
const ID = key(" ID=");
const SEQUENCE = key(" SEQ=");
const FLOW_LABEL = key(" FLOWLBL=");
const SOURCE_PORT = key(" SPT=");
const [EQUALS, COMMA, ZERO] = [0x3d, 0x2c, 0x30];
const [D, L, Q, T] = [0x44, 0x4c, 0x51, 0x54];
/** Stands for a number: no line with such a byte has a shape. */
const NUMBER = 0;
/** `2026-11-22T13:00:00`, behind which a comma is dmesg's. */
const DATE_BYTES = 10;
const SECONDS_BYTES = 19;
const U16_MAX = 65_535;
const FLOW_LABEL_MAX = 0xfffff;
/** FNV-1a. */
const HASH_START = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;

/**
 * What a line has in common with the other lines of its flow: all of it but stamp, uptime, and the
 * values of `ID=`, `SEQ=`, `FLOWLBL=` and `SPT=`, of which only the number of digits of the last
 * belongs to it. Lines of one shape are read alike, but for these values. Only lines in the form
 * that syslog daemons write, `STAMP HOST kernel: [UPTIME] PREFIX IN=...`, have one.
 */
export class LineShape {
  /** The shape of the line that was read last: the first `length` bytes. */
  readonly bytes = new Uint8Array(SHAPE_BYTES_MAX);
  length = 0;
  hash = 0;
  /** The value of `SPT=`; ABSENT without one. */
  srcPort = ABSENT;
  #uptime = ABSENT;
  /** Where the first number begins that is no part of the shape. */
  #firstNumber = 0;
  /** What the grammar reads of the header. */
  readonly #header = new LineRecord();

  /** Reads the shape of the line from `start` to `end`; false when it has none. */
  read(line: Uint8Array, start: number, end: number): boolean {
    const host = this.#stampEnd(line, start, end);
    if (host < 0 || end - host > SHAPE_BYTES_MAX) return false;
    const message = this.#readHost(line, host, end);
    if (message < 0) return false;
    return this.#readMessage(line, this.#readUptime(line, message), end);
  }

  /**
   * Whether the grammar, which read the same line into `record`, took the numbers for what they are
   * taken here. Whatever it took the rest for, it does so in all lines of the shape.
   */
  agrees(line: Uint8Array, record: LineRecord): boolean {
    const { text, uptimeSeconds, srcPort, prefixEnd } = record;
    const isSame = uptimeSeconds === this.#uptime && srcPort === this.srcPort;
    return text === line && isSame && this.#firstNumber >= prefixEnd;
  }

  /** Where the stamp ends; -1 where there is none, or one of another form. */
  #stampEnd(line: Uint8Array, start: number, end: number): number {
    const header = this.#header;
    header.at = start;
    header.end = end;
    if (isDigit(line[start])) {
      if (line[start + DATE_BYTES] !== T || line[start + SECONDS_BYTES] === COMMA) return -1;
      return readIsoStamp(line, header) ? header.at : -1;
    }
    return readYearlessStamp(line, header) ? header.at : -1;
  }

  /** ` HOST kernel: `: where the message begins, -1 when it is not that. */
  #readHost(line: Uint8Array, start: number, end: number): number {
    let at = start + 1;
    if (line[start] !== SPACE) return -1;
    while (at < end && line[at]! > SPACE) at++;
    if (at === start + 1 || !startsAt(line, at, end, KERNEL)) return -1;
    at += KERNEL.length;
    const { bytes } = this;
    for (let i = start; i < at; i++) bytes[i - start] = line[i]!;
    this.length = at - start;
    return at;
  }

  /** `[12345.678901] `, which is no part of the shape: where the rest begins. */
  #readUptime(line: Uint8Array, start: number): number {
    const header = this.#header;
    this.#uptime = ABSENT;
    header.at = start;
    header.callerEnd = 0;
    if (!readUptime(line, header) || line[header.at - 1] !== SPACE) return start;
    // Who printed belongs to the shape, and is seldom there.
    if (header.callerEnd > 0) return start;
    this.#uptime = header.uptimeSeconds;
    this.bytes[this.length++] = NUMBER;
    return header.at;
  }

  #readMessage(line: Uint8Array, start: number, end: number): boolean {
    const { bytes } = this;
    let { length } = this;
    let hash = HASH_START;
    let at = start;
    this.srcPort = ABSENT;
    this.#firstNumber = end;
    while (at < end) {
      const byte = line[at++]!;
      // Another packet follows a bracket behind the first number, with numbers of its own.
      if (byte < SPACE || (byte === BRACKET_OPEN && this.#firstNumber < end)) return false;
      bytes[length++] = byte;
      hash = Math.imul(hash ^ byte, HASH_PRIME);
      if (byte !== EQUALS) continue;
      const isPort = line[at - 2] === T && isKey(line, at, SOURCE_PORT);
      const max = isPort ? U16_MAX : largestBehind(line, at);
      if (max === 0) continue;
      if (this.#firstNumber === end) this.#firstNumber = at;
      const first = at;
      let value = 0;
      for (; at < end && isDigit(line[at]); at++) value = value * 10 + line[at]! - ZERO;
      const digits = at - first;
      const isPlain = digits === 1 || line[first] !== ZERO;
      if (digits === 0 || !isPlain || value > max) return false;
      if (at === end || line[at] !== SPACE) return false;
      if (isPort) {
        if (this.srcPort !== ABSENT) return false;
        this.srcPort = value;
      }
      for (let i = isPort ? digits : 1; i > 0; i--) bytes[length++] = NUMBER;
      hash = Math.imul(hash ^ (isPort ? digits : 0), HASH_PRIME);
    }
    this.length = length;
    this.hash = hash;
    return true;
  }
}

/** The largest value that may stand behind a key that ends before `at`; 0 for any other key. */
function largestBehind(line: Uint8Array, at: number): number {
  const last = line[at - 2];
  if (last === D) return isKey(line, at, ID) ? U16_MAX : 0;
  if (last === Q) return isKey(line, at, SEQUENCE) ? U16_MAX : 0;
  if (last === L) return isKey(line, at, FLOW_LABEL) ? FLOW_LABEL_MAX : 0;
  return 0;
}

/** Whether a key ends before `at`. */
function isKey(line: Uint8Array, at: number, word: Uint8Array): boolean {
  return startsAt(line, at - word.length, at, word);
}
