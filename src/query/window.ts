import type Database from "better-sqlite3";
import { parseDuration } from "../model/duration.ts";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import { formatTime, snapOutward, type TimeWindow } from "../model/time-window.ts";

/** A moment as a user writes it: so long ago, or at a time. */
export type Moment =
  | { readonly kind: "ago"; readonly micros: number }
  | { readonly kind: "at"; readonly micros: number };

/**
 * Reads `90s`, `1h30m`, `7d`, or an RFC 3339 time.
 *
 * @throws RangeError that says what was expected.
 */
export function parseMoment(flag: string, text: string): Moment {
  const micros = parseDuration(text);
  if (micros !== undefined) return { kind: "ago", micros };
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const milliseconds = isTime && isDay(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new RangeError(
      `Cannot read ${flag} "${text}": expected a duration such as 90s, 1h30m or 7d, or an ` +
        "RFC 3339 time such as 2026-03-01T10:00:00Z",
    );
  }
  return { kind: "at", micros: milliseconds * 1000 };
}

/** Date.parse() takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
}

/** When the newest row is older than this, "an hour ago" is meant from that row. */
export const STALE_MICROS = 10 * MICROS_PER_MINUTE;

export type ResolvedWindow = {
  /** Undefined: all that is kept. */
  readonly window: TimeWindow | undefined;
  /** What relative times were counted from, when it is not now. RFC 3339. */
  readonly relativeTo: string | undefined;
};

/** Turns --since and --until into whole minutes. `now` is microseconds since the epoch. */
export function resolveWindow(
  database: Database.Database,
  since: Moment | undefined,
  until: Moment | undefined,
  now: number,
): ResolvedWindow {
  if (since === undefined && until === undefined) {
    return { window: undefined, relativeTo: undefined };
  }
  const isRelative = since?.kind === "ago" || until?.kind === "ago";
  const newest = newestTime(database);
  const isStale = isRelative && newest !== undefined && newest < now - STALE_MICROS;
  const reference = isStale ? newest : now;
  const at = (moment: Moment) => (moment.kind === "at" ? moment.micros : reference - moment.micros);
  const from = since === undefined ? 0 : at(since);
  // The newest line lies in the minute that ends after the reference.
  const to = until === undefined ? Math.max(reference, newest ?? 0) + 1 : at(until);
  if (from > to && until === undefined) {
    throw new RangeError(
      `Cannot show the time from ${formatTime(from, 0)} on: that is in the future, and nothing ` +
        "newer was logged; name an earlier time with --since",
    );
  }
  if (from > to) {
    throw new RangeError(
      `Cannot show the time from ${formatTime(from, 0)} to ${formatTime(to, 0)}: --since is ` +
        "after --until",
    );
  }
  return {
    window: snapOutward(from, to),
    relativeTo: isStale ? formatTime(newest, 0) : undefined,
  };
}

/** Of the newest denial, microseconds since the epoch; undefined while there is none. */
export function newestTime(database: Database.Database): number | undefined {
  const newest = database
    .prepare("SELECT max(last_seen) FROM flow_days WHERE day = (SELECT max(day) FROM flow_days)")
    .pluck()
    .get();
  return newest === null ? undefined : (newest as number);
}
