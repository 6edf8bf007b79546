import type Database from "better-sqlite3";
import { keptFrom } from "../store/retention/kept-from.ts";
import { MICROS_PER_MINUTE, MINUTES_PER_HOUR } from "../model/time-unit.ts";
import { formatTime, type TimeWindow } from "../model/time-window.ts";
import { sumsPerInterval } from "./counts.ts";
import { fewOthers } from "./few-others.ts";
import { intervalOf } from "./interval.ts";
import { everything, type Selection } from "./selection.ts";

/** What was denied in a part of the window. */
export type CountedBucket = {
  readonly from: string;
  readonly to: string;
  readonly packets: number;
};

export type CountedHistogram = {
  /** How long a bucket is; the first and the last may reach beyond the window. */
  readonly minutes: number;
  readonly buckets: readonly CountedBucket[];
};

/** Rows of minutes that are read for a finer histogram; beyond it, hours must do. */
const MINUTE_ROWS_MAX = 60_000;
const SAMPLES = 5;

/**
 * How the packets of some flows lie in a window: queryHistogram() for who has chosen the flows
 * already, and would rather see hours at once than minutes later. The sum of the buckets is what
 * the same window has in all.
 */
export function countedHistogram(
  database: Database.Database,
  window: TimeWindow,
  selection: Selection,
  bucketsMax: number,
): CountedHistogram {
  const minutes = bucketLength(database, window, selection, bucketsMax);
  const first = Math.floor(window.fromMinute / minutes);
  const count = Math.max(1, Math.ceil(window.toMinute / minutes) - first);
  const packets = Array.from({ length: count }, () => 0);
  const add = ({ declaration, chosen, values }: Selection, sign: 1 | -1) => {
    const rows = database
      .prepare<unknown[], [bucket: number, packets: number]>(
        `${declaration} SELECT bucket, packets
         FROM (${sumsPerInterval(window, minutes, chosen, ["packets"])})`,
      )
      .raw()
      .all(...values);
    for (const [bucket, packetsOf] of rows) packets[bucket - first]! += sign * packetsOf;
  };
  const others = fewOthers(database, window, selection);
  if (others === undefined) {
    add(selection, 1);
  } else {
    add(everything, 1);
    add(others, -1);
  }
  const time = (index: number) => formatTime((first + index) * minutes * MICROS_PER_MINUTE, 0);
  return {
    minutes,
    buckets: packets.map((each, index) => ({
      from: time(index),
      to: time(index + 1),
      packets: each,
    })),
  };
}

function bucketLength(
  database: Database.Database,
  window: TimeWindow,
  { flows }: Selection,
  bucketsMax: number,
): number {
  const kept = keptFrom(database);
  const { minutes } = intervalOf(window, { bucketsMax, minutesMin: 1 }, kept);
  if (minutes >= MINUTES_PER_HOUR) return minutes;
  const rows = rowsPerMinute(database, window, flows) * (window.toMinute - window.fromMinute);
  return rows > MINUTE_ROWS_MAX ? MINUTES_PER_HOUR : minutes;
}

/** Told from a few minutes of the window. */
function rowsPerMinute(
  database: Database.Database,
  { fromMinute, toMinute }: TimeWindow,
  flows: readonly number[] | undefined,
): number {
  const rows = database
    .prepare<[number], number>("SELECT count(*) FROM flow_minutes WHERE minute = ?")
    .pluck();
  const step = (toMinute - fromMinute) / SAMPLES;
  const samples = Array.from({ length: SAMPLES }, (_, index) =>
    Number(rows.get(Math.floor(fromMinute + (index + 0.5) * step))),
  );
  return Math.min(Math.max(...samples), flows?.length ?? Number.POSITIVE_INFINITY);
}
