import type { Logger } from "pino";
import type { Damage } from "../store/open-own.ts";
import type { StoreEvent } from "../store/store-event.ts";
import type { AgentMetrics } from "./agent-metrics.ts";

/** The store's events as lines of the agent's log, and as metrics. */
export function storeWatch(log: Logger, metrics: AgentMetrics): (event: StoreEvent) => void {
  return (event) => {
    switch (event.name) {
      case "walHeld":
        log.warn(
          { bytes: event.bytes },
          "A reader of the database stays open, the write-ahead log grows until it ends",
        );
        break;
      case "ballastGiven":
        log.warn("The disk is full, the space kept for that is used now");
        break;
      case "folded":
        metrics.foldedDenials.inc(event.packets);
        break;
      case "spooled":
        metrics.spoolBytes.set(event.bytes);
        break;
      case "notForwarded":
        metrics.forward.dropped(event.drop);
        log.error(event.drop, "Messages are dropped: a destination will never get them");
        break;
    }
  };
}

export function logDamage(log: Logger, { reason, movedTo }: Damage): void {
  log.error(
    { reason, movedTo },
    "The database is damaged, it was moved aside and an empty one begun",
  );
}
