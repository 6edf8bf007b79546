import { type LineRecord, STAMP_ABSOLUTE, STAMP_LOCAL, STAMP_NONE } from "./line-record.ts";
import { TimeZone } from "./time-zone.ts";

const MICROS = 1_000_000;
const SECONDS_PER_DAY = 86_400;
const DAY_MICROS = SECONDS_PER_DAY * MICROS;
const HOUR_MICROS = 3600 * MICROS;
/** Index of 29 February among the days of a leap year. */
const LEAP_DAY = 59;
/** 1896 and 1904. */
const LEAP_YEARS_APART_MAX = 8;
/** Daemons hand lines over a little out of order. */
const DISORDER_SECONDS_MAX = 60;
/** September 2001: a machine without a clock of its own boots in 1970, or in 2000. */
const PLAUSIBLE_MICROS_MIN = 1e9 * MICROS;

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
 * Turns the stamp of a line into microseconds since the epoch.
 *
 * A stamp without a year takes the year that brings it nearest to the latest line before, and no
 * year in which it would lie after the file's own time: a clock that steps back, were it to 1
 * January, leads neither its own line into the next year nor the next line into the last. A stamp
 * without a zone is in the zone of the settings. An hour that comes twice, when clocks are put
 * back, is the first one until a line would go back in time, and then the second. A line without a
 * stamp takes the time of the line before.
 */
export class EventClock {
  /** The time of the last line could not be read from the line alone. */
  inferred = false;
  /** Microseconds since the epoch; the agent moves it on. */
  notAfter: number;
  /** See EventClockSettings; false while a follower works off what was written before it came. */
  live: boolean;
  readonly #zone: TimeZone;
  #previous: number | undefined;
  /** The latest plausible time of a line. */
  #latest: number | undefined;

  constructor(settings: EventClockSettings) {
    this.notAfter = settings.notAfter;
    this.live = settings.live;
    this.#previous = settings.previous;
    this.#latest = settings.previous;
    this.#zone = new TimeZone(settings.timezone);
  }

  /** Microseconds of the last line; undefined before the first. */
  get previous(): number | undefined {
    return this.#previous;
  }

  /** Between these, a time needs no judgement: passed() may be told of it. */
  get timeMin(): number {
    return this.live ? this.notAfter - DAY_MICROS : PLAUSIBLE_MICROS_MIN;
  }

  get timeMax(): number {
    return this.notAfter + HOUR_MICROS;
  }

  /** Lines were read elsewhere: the time of the last of them, and the latest of all. */
  passed(last: number, latest: number): void {
    this.#previous = last;
    if (latest > (this.#latest ?? 0)) this.#latest = latest;
  }

  timeOf(record: LineRecord): number {
    this.inferred = false;
    const { stamp } = record;
    if (stamp === STAMP_NONE) {
      this.inferred = true;
      return this.#previous ?? this.notAfter;
    }
    let seconds = record.stampSeconds;
    if (stamp === STAMP_LOCAL) seconds = this.#momentOf(seconds);
    else if (stamp !== STAMP_ABSOLUTE) seconds = this.#withYear(seconds);
    const time = seconds * MICROS + record.stampMicros;
    if (this.live && Math.abs(time - this.notAfter) > DAY_MICROS) {
      this.inferred = true;
      return this.notAfter;
    }
    this.#previous = time;
    const isPlausible = time >= PLAUSIBLE_MICROS_MIN && time <= this.notAfter + DAY_MICROS;
    if (isPlausible && time > (this.#latest ?? 0)) this.#latest = time;
    return time;
  }

  #withYear(leapYearSeconds: number): number {
    const reference = (this.#latest ?? this.notAfter) / MICROS;
    const limit = Math.max(reference, this.notAfter / MICROS) + SECONDS_PER_DAY;
    const year = new Date(reference * 1000).getUTCFullYear();
    let best: number | undefined;
    // Back to the last leap year, for a 29 February.
    for (let candidate = year + 1; candidate >= year - LEAP_YEARS_APART_MAX; candidate--) {
      const local = localSeconds(candidate, leapYearSeconds);
      // Half a day, the most that a zone is off, decides no year; the moment is found below.
      if (local === undefined || local > limit) continue;
      const distance = Math.abs(local - reference);
      if (best === undefined || distance < Math.abs(best - reference)) best = local;
    }
    return best === undefined ? reference : this.#momentOf(best);
  }

  /** The moment of a wall clock; of two, the first that is not before the line before. */
  #momentOf(local: number): number {
    this.#zone.find(local);
    const { first, last } = this.#zone;
    const near = this.#previous ?? (this.live ? this.notAfter : undefined);
    if (first === last || near === undefined) return first;
    return first >= near / MICROS - DISORDER_SECONDS_MAX ? first : last;
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
