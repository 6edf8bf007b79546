import { byteAt, digits, SPACE, value } from "./bytes";

const COLON: u8 = 0x3a;
const DOT: u8 = 0x2e;
const HOUR_BYTES_MAX = 16;
const ZONE_BYTES_MAX = 8;
/** `2026-03-01T10:`; `Mar  1 10:` has 10. */
const ABSOLUTE_HOUR_BYTES = 14;
const MICROS_PER_SECOND: f64 = 1_000_000;

/**
 * The hour that stamps were in last, as text and as a time. Within it only minutes and seconds
 * differ; for another hour, zone or form the grammar must read a line first.
 */
const hourText: usize = heap.alloc(HOUR_BYTES_MAX);
let zoneText: u64 = 0;
let zoneMask: u64 = 0;
let hourBytes: i32 = 0;
let zoneBytes: i32 = 0;
/** Microseconds since the epoch at which the hour began. */
let hourTime: f64 = 0;
let hourMask: i32 = 0;
/** Second of the hour of the line before: a wall clock that steps back may be another hour's. */
let lastSecond: i32 = 0;

/** What readStamp() read, in microseconds since the epoch. */
export let stampTime: f64 = 0;

/** A stamp was read whose hour stands at `at`; `zone` is behind its fraction, empty in RFC 3164. */
export function learnHour(
  at: usize,
  bytes: i32,
  time: f64,
  second: i32,
  zone: usize,
  length: i32,
): void {
  hourBytes = length > ZONE_BYTES_MAX || bytes > HOUR_BYTES_MAX ? 0 : bytes;
  if (hourBytes === 0) return;
  memory.copy(hourText, at, bytes);
  zoneText = load<u64>(zone);
  zoneMask = length === 0 ? 0 : u64.MAX_VALUE >> (64 - (<u64>length << 3));
  hourMask = (1 << bytes) - 1;
  zoneBytes = length;
  hourTime = time;
  lastSecond = second;
}

export function forgetHour(): void {
  hourBytes = 0;
}

/** Reads a stamp and the space behind it: where the host begins, 0 when the hour is not known. */
// @ts-ignore: decorator
@inline
export function readStamp(at: usize): usize {
  const sameBytes = i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(hourText)));
  if (hourBytes === 0 || (sameBytes & hourMask) !== hourMask) return 0;
  let cursor = at + hourBytes;
  // `mm:ss`
  const read = load<u64>(cursor) ^ 0x30303a3030;
  const tooLarge = (read & 0xffffffffff) + 0x7676767676;
  if (((tooLarge | read) & 0x8080808080) !== 0 || (read & 0xff0000) !== 0) return 0;
  const minutes = <i32>((read & 0xff) * 10 + ((read >> 8) & 0xff));
  const seconds = <i32>(((read >> 24) & 0xff) * 10 + ((read >> 32) & 0xff));
  if (minutes > 59 || seconds > 59) return 0;
  const second = minutes * 60 + seconds;
  cursor += 5;
  let micros: u32 = 0;
  if (hourBytes === ABSOLUTE_HOUR_BYTES) {
    if (byteAt(cursor) === DOT) {
      const count = digits(cursor + 1);
      if (count === 6) micros = value;
      else if (count === 3) micros = value * 1000;
      else return 0;
      cursor += 1 + count;
    }
    if (((load<u64>(cursor) ^ zoneText) & zoneMask) !== 0) return 0;
    cursor += zoneBytes;
  } else {
    if (second < lastSecond) return 0;
    lastSecond = second;
  }
  if (byteAt(cursor) !== SPACE) return 0;
  stampTime = hourTime + <f64>second * MICROS_PER_SECOND + <f64>micros;
  return cursor + 1;
}
