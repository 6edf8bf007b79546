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
/** Parts between numbers: uptime, FLOWLBL, two IDs, SEQ, SPT, and some to spare. */
const PARTS_MAX = 12;
/** `2026-11-22T13:00:00`, behind which a comma is dmesg's. */
const DATE_BYTES = 10;
const SECONDS_BYTES = 19;
const U16_MAX = 65_535;
const FLOW_LABEL_MAX = 0xfffff;
/** Of FNV-1a, which is taken a word at a time here. */
const HASH_START = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;

/** A byte in each of the four places of a word. */
const inEach = (byte: number) => Math.imul(byte, 0x01010101);
const ONES = inEach(1);
const HIGH_BITS = inEach(0x80);
const [SPACES, ALL_EQUALS, BRACKETS] = [inEach(SPACE), inEach(EQUALS), inEach(BRACKET_OPEN)];

/**
 * What a line has in common with the other lines of its flow: all of it but stamp, uptime, and the
 * values of `ID=`, `SEQ=`, `FLOWLBL=` and `SPT=`, of which only the number of digits of the last
 * belongs to it. Lines of one shape are read alike, but for these values. Only lines in the form
 * that syslog daemons write, `STAMP HOST kernel: [UPTIME] PREFIX IN=...`, have one.
 *
 * Four bytes at a time: a line has twenty that tell something, and most words have none.
 */
export class LineShape {
  /** Of the line that was read last, as all below: how many bytes its shape has. */
  length = 0;
  hash = 0;
  /** The value of `SPT=`; ABSENT without one. */
  srcPort = ABSENT;
  #uptime = ABSENT;
  /** Where the first number begins that is no part of the shape. */
  #firstNumber = 0;
  #line: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#line.buffer);
  /** Parts of the line that belong to its shape, and how many NUMBER stand behind each. */
  readonly #starts = new Int32Array(PARTS_MAX);
  readonly #ends = new Int32Array(PARTS_MAX);
  readonly #numbers = new Int32Array(PARTS_MAX);
  #parts = 0;
  /** Where the part begins that has no end yet. */
  #start = 0;
  /** What the grammar reads of the header. */
  readonly #header = new LineRecord();

  /** Reads the shape of the line from `start` to `end`; false when it has none. */
  read(line: Uint8Array, start: number, end: number): boolean {
    if (line !== this.#line) {
      this.#line = line;
      this.#view = new DataView(line.buffer, line.byteOffset, line.byteLength);
    }
    const host = this.#stampEnd(line, start, end);
    if (host < 0 || end - host > SHAPE_BYTES_MAX) return false;
    const message = hostEnd(line, host, end);
    if (message < 0) return false;
    this.length = 0;
    this.#parts = 0;
    this.#start = host;
    return this.#readMessage(line, this.#readUptime(line, message), end);
  }

  /** Writes the shape, `length` bytes from `at` on. */
  put(bytes: Uint8Array, at: number): void {
    let place = at;
    for (let part = 0; part < this.#parts; part++) {
      const [start, end] = [this.#starts[part]!, this.#ends[part]!];
      bytes.set(this.#line.subarray(start, end), place);
      place += end - start;
      bytes.fill(NUMBER, place, place + this.#numbers[part]!);
      place += this.#numbers[part]!;
    }
  }

  /** Whether it is the shape that was put there, which has as many bytes. */
  isAt(bytes: DataView, at: number): boolean {
    const view = this.#view;
    let place = at;
    for (let part = 0; part < this.#parts; part++) {
      const end = this.#ends[part]!;
      let from = this.#starts[part]!;
      for (; from + 4 <= end; from += 4, place += 4) {
        if (view.getInt32(from) !== bytes.getInt32(place)) return false;
      }
      for (; from < end; from++, place++) {
        if (view.getUint8(from) !== bytes.getUint8(place)) return false;
      }
      for (let i = this.#numbers[part]!; i > 0; i--, place++) {
        if (bytes.getUint8(place) !== NUMBER) return false;
      }
    }
    return true;
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
    this.#endPart(start, 1, header.at);
    return header.at;
  }

  #readMessage(line: Uint8Array, start: number, end: number): boolean {
    const view = this.#view;
    let hash = HASH_START;
    let at = start;
    this.srcPort = ABSENT;
    this.#firstNumber = end;
    while (at < end) {
      const word = at + 4 <= end ? view.getInt32(at, true) : lastBytes(line, at, end);
      const telling = tellingBytes(word);
      if (telling === 0) {
        hash = mixed(hash, word);
        at += 4;
        continue;
      }
      // The lowest bit is that of the first byte that tells something, which is passed, too.
      const bits = 32 - Math.clz32(telling & -telling);
      hash = mixed(hash, word << (32 - bits));
      at += bits >>> 3;
      const byte = line[at - 1]!;
      if (byte < SPACE) return false;
      // Another packet follows a bracket behind the first number, with numbers of its own.
      if (byte === BRACKET_OPEN && this.#firstNumber < end) return false;
      const max = byte === EQUALS ? largestBehind(line, at) : 0;
      if (max === 0) continue;
      at = this.#readNumber(line, at, end, max);
      if (at < 0) return false;
      hash = mixed(hash, this.#numbers[this.#parts - 1]!);
    }
    this.hash = hash;
    return this.#endPart(end, 0, end);
  }

  /** A number that is no part of the shape: where it ends, -1 when it cannot be left out. */
  #readNumber(line: Uint8Array, start: number, end: number, max: number): number {
    let value = 0;
    let at = start;
    for (; at < end && isDigit(line[at]); at++) value = value * 10 + line[at]! - ZERO;
    const digits = at - start;
    const isPlain = digits === 1 || line[start] !== ZERO;
    if (digits === 0 || !isPlain || value > max) return -1;
    if (at === end || line[at] !== SPACE) return -1;
    if (this.#firstNumber === end) this.#firstNumber = start;
    const isPort = line[start - 2] === T;
    if (isPort) {
      if (this.srcPort !== ABSENT) return -1;
      this.srcPort = value;
    }
    return this.#endPart(start, isPort ? digits : 1, at) ? at : -1;
  }

  /** The next part begins at `next`; false when there are too many. */
  #endPart(end: number, numbers: number, next: number): boolean {
    const part = this.#parts;
    if (part === PARTS_MAX) return false;
    this.#starts[part] = this.#start;
    this.#ends[part] = end;
    this.#numbers[part] = numbers;
    this.length += end - this.#start + numbers;
    this.#start = next;
    this.#parts++;
    return true;
  }
}

/** ` HOST kernel: `: where it ends, -1 when it is not that. */
function hostEnd(line: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  if (line[start] !== SPACE) return -1;
  while (at < end && line[at]! > SPACE) at++;
  return at > start + 1 && startsAt(line, at, end, KERNEL) ? at + KERNEL.length : -1;
}

/** The last bytes of a line as a word, with spaces behind them. */
function lastBytes(line: Uint8Array, start: number, end: number): number {
  let word = SPACES;
  for (let at = end - 1; at >= start; at--) word = (word << 8) | line[at]!;
  return word;
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, HASH_PRIME);
  return product ^ (product >>> 15);
}

/**
 * Has a bit for each control character, equals sign and opening bracket of a word, the lowest for
 * the first; those above it may be wrong. (Bit Twiddling Hacks, "Determine if a word has a byte
 * less than n" and "equal to n".)
 */
function tellingBytes(word: number): number {
  const [equals, brackets] = [word ^ ALL_EQUALS, word ^ BRACKETS];
  const controls = (word - SPACES) & ~word;
  return (controls | ((equals - ONES) & ~equals) | ((brackets - ONES) & ~brackets)) & HIGH_BITS;
}

/** The largest value that may stand behind a key that ends before `at`; 0 for any other key. */
function largestBehind(line: Uint8Array, at: number): number {
  const last = line[at - 2];
  if (last === T) return isKey(line, at, SOURCE_PORT) ? U16_MAX : 0;
  if (last === D) return isKey(line, at, ID) ? U16_MAX : 0;
  if (last === Q) return isKey(line, at, SEQUENCE) ? U16_MAX : 0;
  if (last === L) return isKey(line, at, FLOW_LABEL) ? FLOW_LABEL_MAX : 0;
  return 0;
}

/** Whether a key ends before `at`. */
function isKey(line: Uint8Array, at: number, word: Uint8Array): boolean {
  return startsAt(line, at - word.length, at, word);
}
