import type Database from "better-sqlite3";
import type { KeptFrom } from "../../model/retention.ts";
import { MINUTES_PER_DAY, MINUTES_PER_HOUR } from "../../model/time-unit.ts";

export const spanUnits = ["minute", "hour", "day"] as const;
export type SpanUnit = (typeof spanUnits)[number];

const HOURS_PER_DAY = MINUTES_PER_DAY / MINUTES_PER_HOUR;
/** How many spans of a unit the next longer one has: only those that are all kept answer for it. */
const spansPerLonger: Readonly<Record<SpanUnit, number>> = {
  minute: MINUTES_PER_HOUR,
  hour: HOURS_PER_DAY,
  day: 1,
};

const key = (unit: SpanUnit) => `${unit}s-kept-from`;

/** From when on all minutes, hours and days are kept; 0 while nothing was removed. */
export function keptFrom(database: Database.Database): KeptFrom {
  const read = database.prepare("SELECT value FROM meta WHERE key = ?").pluck();
  const from = (unit: SpanUnit) => Number(read.get(key(unit)) ?? 0);
  return { minute: from("minute"), hour: from("hour"), day: from("day") };
}

/** Remembers that rows of a span were removed, or some of them. */
export function markRemoved(database: Database.Database, unit: SpanUnit, span: number): void {
  const length = spansPerLonger[unit];
  const from = Math.ceil((span + 1) / length) * length;
  database
    .prepare(
      `INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value
       WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)`,
    )
    .run(key(unit), String(from));
}
