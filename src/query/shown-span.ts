import type Database from "better-sqlite3";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import type { TimeWindow } from "../model/time-window.ts";
import type { Question } from "./question.ts";
import { newestTime, STALE_MICROS } from "./window.ts";

/**
 * The part of a window that is worth drawing: not from before anything was `seen`, and not beyond
 * the newest denial of a database in which nothing newer will come. Undefined for nothing at all.
 */
export function shownSpan(
  database: Database.Database,
  { until, now }: Question,
  window: TimeWindow | undefined,
  seen: TimeWindow | undefined,
): TimeWindow | undefined {
  if (window === undefined) return seen;
  const newest = newestTime(database);
  const isStale = until === undefined && newest !== undefined && newest < now - STALE_MICROS;
  const end = isStale ? Math.floor(newest / MICROS_PER_MINUTE) + 1 : window.toMinute;
  const toMinute = Math.max(window.fromMinute + 1, Math.min(window.toMinute, end));
  const from = window.fromMinute > 0 ? window.fromMinute : (seen?.fromMinute ?? toMinute - 1);
  return { fromMinute: Math.min(from, toMinute - 1), toMinute };
}
