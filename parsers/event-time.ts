import { type LineRecord, STAMP_ABSOLUTE, STAMP_NONE } from "./line-record.ts";

const MICROS = 1_000_000;
const SECONDS_PER_DAY = 86_400;
const DAY_MICROS = SECONDS_PER_DAY * MICROS;
/** Index of 29 February among the days of a leap year. */
const LEAP_DAY = 59;
/** 1896 and 1904. */
const LEAP_YEARS_APART_MAX = 8;
const ZONE_SLOT_SECONDS = 900;

export type EventClockSettings = {
  /** IANA name of the zone that stamps without one are in. */
  readonly timezone: string;
  /** The latest time that a line can have: when its file was last written. Microseconds. */
  readonly notAfter: number;
  /** The time of the last line read before, where there is one. Microseconds. */
  readonly previous?: number | undefined;
  /** Lines are read as they are written, so one that is more than a day off has a wrong stamp. */
  readonly live: boolean;
};

/**
 * Turns the stamp of a line into microseconds since the epoch. A stamp without a year takes the
 * year that brings it nearest to the line before; the first of a file takes the latest that is not
 * after the file's own time. A line without a stamp takes the time of the line before.
 */
export class EventClock {
  /** The time of the last line could not be read from the line alone. */
  inferred = false;
  /** Microseconds since the epoch; the agent moves it on. */
  notAfter: number;
  /** See EventClockSettings; false while a follower works off what was written before it came. */
  live: boolean;
  readonly #zoneOffset: (utcSeconds: number) => number;
  #previous: number | undefined;

  constructor(settings: EventClockSettings) {
    this.notAfter = settings.notAfter;
    this.live = settings.live;
    this.#previous = settings.previous;
    this.#zoneOffset = zoneOffsets(settings.timezone);
  }

  /** Microseconds of the last line; undefined before the first. Set it for lines read elsewhere. */
  get previous(): number | undefined {
    return this.#previous;
  }

  set previous(time: number | undefined) {
    this.#previous = time;
  }

  /** Times that a stamp may have; live lines outside of them take the time of reading. */
  get timeMin(): number {
    return this.live ? this.notAfter - DAY_MICROS : Number.NEGATIVE_INFINITY;
  }

  get timeMax(): number {
    return this.live ? this.notAfter + DAY_MICROS : Number.POSITIVE_INFINITY;
  }

  timeOf(record: LineRecord): number {
    this.inferred = false;
    let time: number;
    if (record.stamp === STAMP_ABSOLUTE) {
      time = record.stampSeconds * MICROS + record.stampMicros;
    } else if (record.stamp === STAMP_NONE) {
      this.inferred = true;
      return this.#previous ?? this.notAfter;
    } else {
      time = this.#withYear(record.stampSeconds) * MICROS + record.stampMicros;
    }
    if (this.live && Math.abs(time - this.notAfter) > DAY_MICROS) {
      this.inferred = true;
      return this.notAfter;
    }
    this.#previous = time;
    return time;
  }

  #withYear(leapYearSeconds: number): number {
    const reference = (this.#previous ?? this.notAfter) / MICROS;
    const year = new Date(reference * 1000).getUTCFullYear();
    let best: number | undefined;
    // Back to the last leap year, for a 29 February.
    for (let candidate = year + 1; candidate >= year - LEAP_YEARS_APART_MAX; candidate--) {
      const local = localSeconds(candidate, leapYearSeconds);
      if (local === undefined) continue;
      const seconds = local - this.#offsetAt(local);
      if (this.#previous === undefined && seconds > reference + SECONDS_PER_DAY) continue;
      const isNearer =
        best === undefined || Math.abs(seconds - reference) < Math.abs(best - reference);
      if (isNearer) best = seconds;
    }
    return best ?? reference;
  }

  #offsetAt(local: number): number {
    const guess = this.#zoneOffset(local);
    return this.#zoneOffset(local - guess);
  }
}

/**
 * Seconds since the epoch of a wall clock in `year`; undefined for 29 February of a common year.
 */
function localSeconds(year: number, leapYearSeconds: number): number | undefined {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const day = Math.floor(leapYearSeconds / SECONDS_PER_DAY);
  if (!isLeap && day === LEAP_DAY) return undefined;
  const shift = !isLeap && day > LEAP_DAY ? SECONDS_PER_DAY : 0;
  return Date.UTC(year, 0, 1) / 1000 + leapYearSeconds - shift;
}

/** Seconds east of UTC at a time; zone rules change on quarter hours at the finest. */
function zoneOffsets(timezone: string): (utcSeconds: number) => number {
  if (timezone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  let slot = Number.NaN;
  let offset = 0;
  return (utcSeconds) => {
    const wanted = Math.floor(utcSeconds / ZONE_SLOT_SECONDS);
    if (wanted === slot) return offset;
    const start = wanted * ZONE_SLOT_SECONDS;
    const parts: Record<string, number> = {};
    for (const part of format.formatToParts(start * 1000)) parts[part.type] = Number(part.value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    offset = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - start;
    slot = wanted;
    return offset;
  };
}
