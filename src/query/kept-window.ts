import type { KeptFrom } from "../model/retention.ts";
import { MINUTES_PER_DAY, MINUTES_PER_HOUR } from "../model/time-unit.ts";
import type { TimeWindow } from "../model/time-window.ts";

export type SnappedTo = "hour" | "day";

/**
 * The window that can be answered: its ends snap outward to whole hours where minutes are not kept
 * any more, and to whole days where hours are not.
 */
export function asKept(
  window: TimeWindow | undefined,
  kept: KeptFrom,
): { readonly window: TimeWindow | undefined; readonly snappedTo?: SnappedTo } {
  if (window === undefined) return { window };
  const days = snap(window, kept.hour * MINUTES_PER_HOUR, MINUTES_PER_DAY);
  const hours = snap(days, kept.minute, MINUTES_PER_HOUR);
  if (differ(days, window)) return { window: hours, snappedTo: "day" };
  return differ(hours, days) ? { window: hours, snappedTo: "hour" } : { window };
}

/** `from` is a multiple of `length`, so no end is moved beyond it. */
function snap({ fromMinute, toMinute }: TimeWindow, from: number, length: number): TimeWindow {
  return {
    fromMinute: fromMinute < from ? Math.floor(fromMinute / length) * length : fromMinute,
    toMinute: toMinute < from ? Math.ceil(toMinute / length) * length : toMinute,
  };
}

function differ(a: TimeWindow, b: TimeWindow): boolean {
  return a.fromMinute !== b.fromMinute || a.toMinute !== b.toMinute;
}
