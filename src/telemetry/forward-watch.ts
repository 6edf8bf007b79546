import type { Logger } from "pino";
import type { ForwardEvents } from "../forward/forward-events.ts";
import type { ForwardMetrics } from "./forward-metrics.ts";

/** What becomes of messages, as lines of the agent's log and as metrics. */
export function forwardWatch(
  log: Logger,
  metrics: ForwardMetrics,
  destinations: readonly string[],
): ForwardEvents {
  for (const destination of destinations) metrics.known(destination);
  return {
    destinationConnected: (destination, detail) => {
      metrics.connected(destination);
      log.info({ destination, ...detail }, "Connected to a destination");
    },
    destinationLost: (destination, { reason, text }, retryMs) => {
      metrics.lost(destination);
      log.warn(
        { destination, reason, detail: text, retryMs: Math.round(retryMs) },
        "No connection to a destination: messages wait",
      );
    },
    messageRefused: (destination, event, reason) => {
      log.error({ destination, event, reason }, "A destination refused a message: a dead letter");
    },
    messagesMoved: (progress) => metrics.moved(progress),
    queueMeasured: (state) => metrics.measured(state, Date.now() * 1000),
  };
}
