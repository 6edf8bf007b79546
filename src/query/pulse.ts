import type Database from "better-sqlite3";
import { formatSeen } from "../model/time-window.ts";
import { openLosses } from "./question.ts";
import { newestTime } from "./window.ts";

/** Whether anything happens to a database, and whether its counts lack anything. */
export type Pulse = {
  /** Changes when somebody else commits. */
  readonly version: number;
  /** When the last lines were committed. */
  readonly updatedAt?: string;
  /** Of the newest denial. */
  readonly newest?: string;
  readonly losses: number;
  readonly rejectedLines: number;
};

export function queryPulse(database: Database.Database): Pulse {
  const updatedAt = database.prepare("SELECT max(updated_at) FROM sources").pluck().get();
  const newest = newestTime(database);
  const losses = database.prepare(`SELECT count(*) FROM losses ${openLosses}`);
  const rejected = database.prepare("SELECT total(lines) FROM source_rejects");
  return {
    version: Number(database.pragma("data_version", { simple: true })),
    ...(typeof updatedAt === "number" ? { updatedAt: formatSeen(updatedAt) } : {}),
    ...(newest === undefined ? {} : { newest: formatSeen(newest) }),
    losses: Number(losses.pluck().get()),
    rejectedLines: Number(rejected.pluck().get()),
  };
}
