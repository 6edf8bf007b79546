import { MICROS_PER_MINUTE, MICROS_PER_SECOND } from "./time-unit.ts";

/** From (inclusive) to (exclusive), in whole minutes since the epoch. */
export type TimeWindow = { readonly fromMinute: number; readonly toMinute: number };

/** Snaps outward to whole minutes. Times are microseconds since the epoch. */
export function snapOutward(fromMicros: number, toMicros: number): TimeWindow {
  return {
    fromMinute: Math.floor(fromMicros / MICROS_PER_MINUTE),
    toMinute: Math.ceil(toMicros / MICROS_PER_MINUTE),
  };
}

/** RFC 3339 UTC of microseconds since the epoch, with `digits` fraction digits. */
export function formatTime(micros: number, digits: number): string {
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const text = secondText(seconds);
  if (digits === 0) return `${text}Z`;
  const fraction = String(micros - seconds * MICROS_PER_SECOND).padStart(6, "0");
  return `${text}.${fraction.slice(0, digits)}Z`;
}

/** Neighbouring times mostly are of one second. */
let lastSecond = { seconds: Number.NaN, text: "" };

function secondText(seconds: number): string {
  if (seconds === lastSecond.seconds) return lastSecond.text;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  lastSecond = { seconds, text };
  return text;
}

/** Milliseconds where there are any, else none: for times whose precision is not known. */
export function formatSeen(micros: number): string {
  return formatTime(micros, micros % MICROS_PER_SECOND === 0 ? 0 : 6);
}
