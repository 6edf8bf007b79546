import type { KeptFrom } from "../model/retention.ts";
import { MINUTES_PER_DAY, MINUTES_PER_HOUR } from "../model/time-unit.ts";
import type { TimeWindow } from "../model/time-window.ts";
import type { SnappedTo } from "./kept-window.ts";

/** How long the buckets of a histogram are: so long, or so that there are at most so many. */
export type IntervalWish =
  | { readonly minutes: number }
  | { readonly bucketsMax: number; readonly minutesMin?: number };

export type Interval = {
  readonly minutes: number;
  /** It is longer than was asked for: no shorter times are kept where the window begins. */
  readonly snappedTo?: SnappedTo;
};

/** More are too many to look at, and to keep in memory. */
export const bucketsMax = 10_000;

/** What people count time in, in minutes; beyond them whole weeks. */
const usualMinutes = [1, 2, 5, 10, 15, 30].concat(
  [1, 2, 3, 6, 12].map((hours) => hours * MINUTES_PER_HOUR),
  [1, 2, 7].map((days) => days * MINUTES_PER_DAY),
);
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;
/** Longer windows are shown in whole hours unless somebody asks for less: there are fewer rows. */
const MINUTES_READ_MAX = 12 * MINUTES_PER_HOUR;

/**
 * The interval for a window, of which no part may be shorter than what is kept of it.
 *
 * @throws RangeError when there would be more than `bucketsMax` buckets.
 */
export function intervalOf(window: TimeWindow, wish: IntervalWish, kept: KeptFrom): Interval {
  const unit = shortestKept(window, kept);
  if ("bucketsMax" in wish) {
    const isLong = window.toMinute - window.fromMinute > MINUTES_READ_MAX;
    const usual = isLong ? MINUTES_PER_HOUR : 1;
    const shortest = Math.max(unit.minutes, wish.minutesMin ?? usual);
    const fits = (minutes: number) =>
      minutes >= shortest && bucketsOf(window, minutes) <= wish.bucketsMax;
    return { minutes: usualMinutes.find(fits) ?? wholeWeeks(window, wish.bucketsMax) };
  }
  const buckets = bucketsOf(window, wish.minutes);
  if (buckets > bucketsMax) {
    throw new RangeError(
      `Cannot show ${buckets} intervals of ${wish.minutes} minutes: expected at most ` +
        `${bucketsMax}; name a longer --interval or a later --since`,
    );
  }
  const minutes = Math.ceil(wish.minutes / unit.minutes) * unit.minutes;
  const isLonger = minutes !== wish.minutes && unit.snappedTo !== undefined;
  return { minutes, ...(isLonger ? { snappedTo: unit.snappedTo } : {}) };
}

/** Intervals count from the epoch, so that the same minute is always in the same one. */
export function bucketsOf({ fromMinute, toMinute }: TimeWindow, minutes: number): number {
  return Math.ceil(toMinute / minutes) - Math.floor(fromMinute / minutes);
}

function wholeWeeks(window: TimeWindow, most: number): number {
  let weeks = 1;
  // Twice as long each time: a year is soon reached.
  while (bucketsOf(window, weeks * MINUTES_PER_WEEK) > Math.max(2, most)) weeks *= 2;
  return weeks * MINUTES_PER_WEEK;
}

function shortestKept(
  { fromMinute }: TimeWindow,
  kept: KeptFrom,
): { readonly minutes: number; readonly snappedTo?: SnappedTo } {
  if (fromMinute < kept.hour * MINUTES_PER_HOUR) {
    return { minutes: MINUTES_PER_DAY, snappedTo: "day" };
  }
  if (fromMinute < kept.minute) return { minutes: MINUTES_PER_HOUR, snappedTo: "hour" };
  return { minutes: 1 };
}
