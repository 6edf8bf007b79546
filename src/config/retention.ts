import { parseBytes } from "../model/byte-count.ts";
import { parseDuration } from "../model/duration.ts";
import type { Retention } from "../model/retention.ts";
import type { Settings } from "./settings.ts";

/** What an agent keeps: it forgets by age, and when there is too much. */
export function agentRetention(settings: Settings): Retention {
  const minute = microsOf(settings.keepMinutes);
  const hour = Math.max(minute, microsOf(settings.keepHours));
  const day = Math.max(hour, microsOf(settings.keepDays));
  return { ...importRetention(settings), keep: { minute, hour, day } };
}

/** What an import keeps: logs may be of any age, so it forgets only when there is too much. */
export function importRetention({ databaseBytesMax }: Settings): Retention {
  return { keep: undefined, databaseBytesMax: parseBytes(databaseBytesMax) ?? 0 };
}

function microsOf(duration: string): number {
  return parseDuration(duration) ?? 0;
}
