import type Database from "better-sqlite3";
import { MICROS_PER_SECOND } from "../model/time-unit.ts";

/**
 * When an agent used the database first, in microseconds since the epoch. Of a second, for stamps
 * of lines are no finer.
 */
export function firstStart(database: Database.Database, now: number): number {
  const second = Math.floor(now / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  database
    .prepare("INSERT INTO meta VALUES ('firstStart', ?) ON CONFLICT DO NOTHING")
    .run(String(second));
  const found = database.prepare("SELECT value FROM meta WHERE key = 'firstStart'").pluck().get();
  return Number(found);
}
