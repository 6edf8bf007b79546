import type Database from "better-sqlite3";
import type { TimeWindow } from "../model/time-window.ts";
import { type Selection, selectionOf } from "./selection.ts";

/** How many others there may be for each flow that is chosen. */
const OTHERS_SHARE_MAX = 0.25;

/** All other flows, where these are few: what they have is soon taken away from a sum of all. */
export function fewOthers(
  database: Database.Database,
  window: TimeWindow,
  { chosen, flows = [] }: Selection,
): Selection | undefined {
  if (chosen !== "many") return undefined;
  const last = database.prepare<[], number | null>("SELECT max(id) FROM flows").pluck().get() ?? 0;
  if (last - flows.length > flows.length * OTHERS_SHARE_MAX) return undefined;
  const own = new Set(flows);
  const all = database.prepare<[], number>("SELECT id FROM flows").pluck().all();
  return selectionOf(
    database,
    window,
    all.filter((id) => !own.has(id)),
  );
}
