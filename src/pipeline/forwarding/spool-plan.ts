import type { Settings } from "../../config/settings.ts";
import { parseBytes } from "../../model/byte-count.ts";
import { parseDuration } from "../../model/duration.ts";
import type { SpoolPlan } from "../../model/spool.ts";
import { MICROS_PER_MINUTE } from "../../model/time-unit.ts";

/** What is spooled, for all destinations together; undefined when there are none. */
export function spoolPlan(settings: Settings, node: string): SpoolPlan | undefined {
  const { forward, forwardInterval, forwardHistory, spoolBytesMax, keepSpool } = settings;
  const { podInterfaces } = settings;
  if (forward.length === 0) return undefined;
  return {
    node,
    destinations: forward.map(({ name, url }) => ({ name, url })),
    events: forward.some(({ sends }) => sends.events),
    flows: forward.some(({ sends }) => sends.flows),
    intervalMinutes: parseDuration(forwardInterval)! / MICROS_PER_MINUTE,
    podInterfaces,
    history: forwardHistory,
    bytesMax: parseBytes(spoolBytesMax)!,
    ageMax: parseDuration(keepSpool)!,
  };
}
