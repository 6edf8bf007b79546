import type Database from "better-sqlite3";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import { formatTime, type TimeWindow } from "../model/time-window.ts";
import type { Term } from "../model/filter-term.ts";
import type { Naming } from "./endpoints/naming.ts";
import type { Moment } from "./window.ts";
import { keptFrom } from "../store/retention/kept-from.ts";
import { asKept, type SnappedTo } from "./kept-window.ts";
import { resolveWindow } from "./window.ts";

/** What every query can be asked with. */
export type Question = {
  readonly since: Moment | undefined;
  readonly until: Moment | undefined;
  readonly terms: readonly Term[];
  /** What passes all terms of one of these is left out, as far as that can be told. */
  readonly without?: readonly (readonly Term[])[];
  /** Rows at most; undefined for all. */
  readonly limit: number | undefined;
  /** Microseconds since the epoch. */
  readonly now: number;
  /** What settings say about names. */
  readonly naming?: Naming;
};

/** Whether only the longest spans are asked for: without a window, all that is kept. */
export function asksForAllTime({ since, until }: Question): boolean {
  return since === undefined && until === undefined;
}

/** The window that was answered for, snapped to minutes, as it stands in the output. */
export type AnswerWindow = {
  readonly since?: string;
  readonly until?: string;
  /** Relative times count from here, for nothing newer is in the database. */
  readonly relativeTo?: string;
  /** It is larger than was asked for: no shorter times are kept where it begins or ends. */
  readonly snappedTo?: SnappedTo;
};

type Answered = { readonly window: TimeWindow | undefined; readonly shown: AnswerWindow };

export function answerWindow(database: Database.Database, question: Question): Answered {
  const exact = exactWindow(database, question);
  const { window, snappedTo } = asKept(exact.window, keptFrom(database));
  const ends = windowEnds(window, question);
  const snapped = snappedTo === undefined ? {} : { snappedTo };
  return { window, shown: { ...exact.shown, ...ends, ...snapped } };
}

/** The window as it was asked for, in whole minutes: for what is kept with its own times. */
export function exactWindow(database: Database.Database, question: Question): Answered {
  const { since, until, now } = question;
  const { window, relativeTo } = resolveWindow(database, since, until, now);
  const reference = relativeTo === undefined ? {} : { relativeTo };
  return { window, shown: { ...windowEnds(window, question), ...reference } };
}

function windowEnds(window: TimeWindow | undefined, { since }: Question): AnswerWindow {
  if (window === undefined) return {};
  const time = (minute: number) => formatTime(minute * MICROS_PER_MINUTE, 0);
  const until = time(window.toMinute);
  return since === undefined ? { until } : { since: time(window.fromMinute), until };
}

/** Whether attempts or packets of a window are exact, or what they are a bound of. */
export type Bounds = {
  /** Lines are missing, or an `other` row may match in part: packets are at least this many. */
  readonly packetsAreLowerBound: boolean;
  /** Open attempts were forgotten: attempts are at most this many. */
  readonly attemptsAreUpperBound: boolean;
};

export function boundsOf(
  database: Database.Database,
  window: TimeWindow | undefined,
  leavesOut: boolean,
): Bounds {
  const has = (sql: string) => database.prepare(sql).pluck().get() !== undefined;
  const within =
    window === undefined
      ? ""
      : `WHERE minute >= ${window.fromMinute} AND minute < ${window.toMinute}`;
  return {
    packetsAreLowerBound: has(`SELECT 1 FROM losses ${touching(window)} LIMIT 1`) || leavesOut,
    attemptsAreUpperBound: has(`SELECT 1 FROM upper_bound_minutes ${within} LIMIT 1`),
  };
}

/** Those that touch what is counted, and were not made up for. */
export const openLosses = "WHERE recovered_at IS NULL AND reason <> 'not-forwarded'";

/** Losses that may be of the window: one without a time may be of any. */
function touching(window: TimeWindow | undefined): string {
  if (window === undefined) return openLosses;
  const from = window.fromMinute * MICROS_PER_MINUTE;
  const to = window.toMinute * MICROS_PER_MINUTE;
  return `${openLosses} AND coalesce(from_time, ${from}) < ${to}
    AND coalesce(to_time, ${from}) >= ${from}`;
}
