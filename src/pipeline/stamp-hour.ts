import { type LineRecord, STAMP_ABSOLUTE, STAMP_YEARLESS } from "../../parsers/line-record.ts";
import { MICROS_PER_SECOND } from "../model/time-unit.ts";
import type { KnownHour } from "./engine.ts";

const SPACE = 0x20;
const COLON = 0x3a;
/** `2026-03-01T10:` and `Mar  1 10:`. */
const ABSOLUTE_HOUR_BYTES = 14;
const YEARLESS_HOUR_BYTES = 10;
const MINUTES_AND_SECONDS_BYTES = 5;
const ZONE = /^(?:Z|[+-]\d\d:?\d\d)$/;

/**
 * The hour that the stamp of a line is in, which begins with that stamp; undefined for stamps in
 * other forms. `time` is what the clock made of it, in microseconds since the epoch.
 */
export function hourOf(
  bytes: Buffer,
  start: number,
  record: LineRecord,
  time: number,
): KnownHour | undefined {
  const length = hourBytes(bytes, start, record.stamp);
  if (length === 0) return undefined;
  const minutes = twoDigits(bytes, start + length);
  const seconds = twoDigits(bytes, start + length + 3);
  if (!(minutes <= 59 && seconds <= 59)) return undefined;
  const second = minutes * 60 + seconds;
  let zoneStart = start + length + MINUTES_AND_SECONDS_BYTES;
  let zoneEnd = zoneStart;
  if (record.stamp === STAMP_ABSOLUTE) {
    if (record.stampDigits > 0) zoneStart += 1 + record.stampDigits;
    zoneEnd = bytes.indexOf(SPACE, zoneStart);
    if (!ZONE.test(bytes.toString("latin1", zoneStart, zoneEnd))) return undefined;
  }
  return {
    time: time - second * MICROS_PER_SECOND - record.stampMicros,
    second,
    bytes: length,
    zoneStart,
    zoneBytes: zoneEnd - zoneStart,
  };
}

function hourBytes(bytes: Buffer, start: number, stamp: number): number {
  if (stamp === STAMP_ABSOLUTE && bytes[start + ABSOLUTE_HOUR_BYTES - 1] === COLON) {
    return ABSOLUTE_HOUR_BYTES;
  }
  if (stamp === STAMP_YEARLESS && bytes[start + YEARLESS_HOUR_BYTES - 1] === COLON) {
    return YEARLESS_HOUR_BYTES;
  }
  return 0;
}

function twoDigits(bytes: Buffer, at: number): number {
  return Number(bytes.toString("latin1", at, at + 2));
}
