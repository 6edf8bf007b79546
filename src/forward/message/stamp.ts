import { MICROS_PER_SECOND } from "../../model/time-unit.ts";

export const RFC3339_BYTES = "2026-11-22T13:00:00.123456Z".length;
export const RFC3164_BYTES = "Nov 22 13:00:00".length;

const MICROS_MAX = Date.UTC(2100, 0) * 1000;
const SECONDS_PER_DAY = 86_400;
const ZERO = 0x30;
const [COLON, DOT, SPACE, T, Z] = [0x3a, 0x2e, 0x20, 0x54, 0x5a];

type Day = { day: number; date: Uint8Array; monthAndDay: Uint8Array };

const noDay = (): Day => ({
  day: Number.NaN,
  date: new Uint8Array(0),
  monthAndDay: new Uint8Array(0),
});

/** Messages have up to five times: of the day of the packet, and of that on which it was read. */
let known = noDay();
let before = noDay();

/** Whether it is microseconds since the epoch, in the years up to 2099: rsyslog knows no others. */
export function isTime(micros: number | undefined): micros is number {
  return micros !== undefined && micros >= 0 && micros < MICROS_MAX;
}

/** Writes RFC3339_BYTES: the time in UTC with six digits of fraction, as RFC 5424 asks for. */
export function writeRfc3339(bytes: Uint8Array, at: number, micros: number): void {
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const second = seeDay(seconds);
  copy(known.date, bytes, at);
  bytes[at + 10] = T;
  writeClock(bytes, at + 11, second);
  bytes[at + 19] = DOT;
  const fraction = (micros - seconds * MICROS_PER_SECOND) | 0;
  const upper = (fraction / 10_000) | 0;
  const lower = fraction - upper * 10_000;
  const middle = (lower / 100) | 0;
  writeTwo(bytes, at + 20, upper);
  writeTwo(bytes, at + 22, middle);
  writeTwo(bytes, at + 24, lower - middle * 100);
  bytes[at + 26] = Z;
}

/** Writes RFC3164_BYTES: `Mmm dd hh:mm:ss` of RFC 3164 section 4.1.2, in UTC. */
export function writeRfc3164(bytes: Uint8Array, at: number, micros: number): void {
  const second = seeDay(Math.floor(micros / MICROS_PER_SECOND));
  copy(known.monthAndDay, bytes, at);
  bytes[at + 6] = SPACE;
  writeClock(bytes, at + 7, second);
}

/** Knows the day of a second since the epoch; returns the second of the day. */
function seeDay(seconds: number): number {
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  if (day !== known.day) [known, before] = [before, known];
  if (day !== known.day) {
    const moment = new Date(day * SECONDS_PER_DAY * 1000);
    // Sun, 22 Nov 2026 13:00:00 GMT
    const [, dayOfMonth = "", month = ""] = moment.toUTCString().split(" ");
    known.day = day;
    known.date = Buffer.from(moment.toISOString().slice(0, 10));
    known.monthAndDay = Buffer.from(`${month} ${String(Number(dayOfMonth)).padStart(2)}`);
  }
  return seconds - day * SECONDS_PER_DAY;
}

/** For so few bytes faster than set(). */
function copy(from: Uint8Array, to: Uint8Array, at: number): void {
  for (let i = 0; i < from.length; i++) to[at + i] = from[i]!;
}

function writeClock(bytes: Uint8Array, at: number, second: number): void {
  const minute = (second / 60) | 0;
  const hour = (minute / 60) | 0;
  writeTwo(bytes, at, hour);
  bytes[at + 2] = COLON;
  writeTwo(bytes, at + 3, minute - hour * 60);
  bytes[at + 5] = COLON;
  writeTwo(bytes, at + 6, second - minute * 60);
}

function writeTwo(bytes: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0;
  bytes[at] = ZERO + tens;
  bytes[at + 1] = ZERO + value - tens * 10;
}
