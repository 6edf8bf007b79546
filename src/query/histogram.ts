import type Database from "better-sqlite3";
import { formatDuration } from "../model/duration.ts";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import { formatTime, snapOutward, type TimeWindow } from "../model/time-window.ts";
import { keptFrom } from "../store/retention/kept-from.ts";
import { countsOf, sumsPerInterval } from "./counts.ts";
import { AskedNames } from "./endpoints/asked-names.ts";
import type { Totals } from "./flows.ts";
import { type Interval, intervalOf, type IntervalWish } from "./interval.ts";
import type { SnappedTo } from "./kept-window.ts";
import {
  type AnswerWindow,
  answerWindow,
  type Bounds,
  boundsOf,
  openLosses,
  type Question,
} from "./question.ts";
import { selectFlows } from "./selection.ts";

/** What was denied in an interval. Field names are part of the documented JSON. */
export type Bucket = {
  /** Its first minute, RFC 3339; the next one begins where it ends. */
  readonly time: string;
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  /** A known loss is of this time. */
  readonly packetsAreLowerBound?: true;
};

export type HistogramAnswer = {
  readonly window: AnswerWindow;
  readonly totals: Totals & Bounds;
  /** As it is written on a command line: `5m`. */
  readonly interval: string;
  readonly intervalMinutes: number;
  /** The interval is longer than was asked for: no shorter times are kept so far back. */
  readonly intervalSnappedTo?: SnappedTo;
  /** One after the other, also where nothing was denied; none when nothing matches at all. */
  readonly buckets: readonly Bucket[];
};

type Row = Omit<Bucket, "time"> & { readonly bucket: number };

/**
 * How much was denied when. Buckets begin with the first minute of which anything is known, or
 * later where the window does, and end with the window. All of the answer is of one moment.
 *
 * @throws RangeError when the interval is too short for the window.
 */
export function queryHistogram(
  database: Database.Database,
  question: Question,
  wish: IntervalWish,
): HistogramAnswer {
  return database.transaction(() => answerHistogram(database, question, wish))();
}

function answerHistogram(
  database: Database.Database,
  question: Question,
  wish: IntervalWish,
): HistogramAnswer {
  const { window: asked, shown } = answerWindow(database, question);
  const selection = selectFlows(database, question, asked, new AskedNames(database, question));
  const shortest = shownWindow(asked, knownWindow(database));
  const interval = intervalOf(shortest, wish, keptFrom(database));
  const window = withWholeIntervals(shortest, asked, interval);
  const { chosen, declaration, values, leavesOut } = selection;
  const sums = sumsPerInterval(window, interval.minutes, chosen, ["packets", "attempts", "bytes"]);
  const rows = database
    .prepare<unknown[], Row>(
      `${declaration}
       SELECT bucket, sum(packets) AS packets, sum(attempts) AS attempts, sum(bytes) AS bytes
       FROM (${sums}) GROUP BY bucket`,
    )
    .all(...values);
  const flows = database
    .prepare<unknown[], number>(
      `${declaration} SELECT count(DISTINCT flow) FROM (${countsOf(asked, chosen)})`,
    )
    .pluck()
    .get(...values)!;
  const sum = (field: "packets" | "attempts") => rows.reduce((all, row) => all + row[field], 0);
  return {
    window: shown,
    totals: {
      packets: sum("packets"),
      attempts: sum("attempts"),
      flows,
      ...boundsOf(database, asked, leavesOut),
    },
    interval: formatDuration(interval.minutes * MICROS_PER_MINUTE),
    intervalMinutes: interval.minutes,
    ...(interval.snappedTo === undefined ? {} : { intervalSnappedTo: interval.snappedTo }),
    buckets: rows.length === 0 ? [] : bucketsBetween(window, interval, rows, lossTimes(database)),
  };
}

/** From the first minute in which anything was denied to the last. */
function knownWindow(database: Database.Database): TimeWindow {
  const edge = (which: string, column: string) =>
    database
      .prepare<[], number | null>(
        `SELECT ${which}(${column}) FROM flow_days WHERE packets > 0
           AND day = (SELECT ${which}(day) FROM flow_days WHERE packets > 0)`,
      )
      .pluck()
      .get() ?? 0;
  return snapOutward(edge("min", "first_seen"), edge("max", "last_seen") + 1);
}

/** What was asked for, but for what lies before all that is known. */
function shownWindow(asked: TimeWindow | undefined, known: TimeWindow): TimeWindow {
  if (asked === undefined) return known;
  const { fromMinute, toMinute } = asked;
  return { fromMinute: Math.min(Math.max(fromMinute, known.fromMinute), toMinute), toMinute };
}

/** As far as it may be: of a part of an interval there may be no shorter times. */
function withWholeIntervals(
  { fromMinute, toMinute }: TimeWindow,
  asked: TimeWindow | undefined,
  { minutes }: Interval,
): TimeWindow {
  const from = Math.floor(fromMinute / minutes) * minutes;
  if (asked !== undefined) return { fromMinute: Math.max(asked.fromMinute, from), toMinute };
  return { fromMinute: from, toMinute: Math.ceil(toMinute / minutes) * minutes };
}

function bucketsBetween(
  { fromMinute, toMinute }: TimeWindow,
  { minutes }: Interval,
  rows: readonly Row[],
  losses: readonly LossTime[],
): Bucket[] {
  const known = new Map(rows.map(({ bucket, ...counts }) => [bucket, counts]));
  const nothing = { packets: 0, attempts: 0, bytes: 0 };
  const first = Math.floor(fromMinute / minutes);
  const end = Math.ceil(toMinute / minutes);
  const micros = minutes * MICROS_PER_MINUTE;
  return Array.from({ length: end - first }, (_, index) => {
    const bucket = first + index;
    const [from, to] = [bucket * micros, (bucket + 1) * micros];
    const isTouched = losses.some((loss) => loss.from < to && loss.to >= from);
    return {
      time: formatTime(from, 0),
      ...(known.get(bucket) ?? nothing),
      ...(isTouched ? { packetsAreLowerBound: true } : {}),
    };
  });
}

type LossTime = { readonly from: number; readonly to: number };

/** Losses whose time is known; others are of the whole window, as its totals say. */
function lossTimes(database: Database.Database): LossTime[] {
  return database
    .prepare<[], LossTime>(
      `SELECT coalesce(from_time, to_time) AS "from", coalesce(to_time, from_time) AS "to"
       FROM losses ${openLosses} AND coalesce(from_time, to_time) IS NOT NULL`,
    )
    .all();
}
