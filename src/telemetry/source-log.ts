import type { Logger } from "pino";
import type { SourceEvents } from "../follow/source-batch.ts";

/** The events of sources without a file as lines of the agent's log. */
export function sourceLog(log: Logger): SourceEvents {
  return {
    sourceOpened: (source, start) => log.info({ source, start }, "Reading a source of lines"),
    sourceFailed: (source, reason, retryMs) =>
      log.warn({ source, reason, retryMs }, "Waiting for a source of lines"),
  };
}
