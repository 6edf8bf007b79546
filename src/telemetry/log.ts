import { type DestinationStream, type Logger, pino } from "pino";
import type { Settings } from "../config/settings.ts";

/** The agent's own log: JSON lines on standard error, times as text. */
export function createLog(level: Settings["logLevel"], destination: DestinationStream): Logger {
  return pino(
    { name: "denyscope", level, timestamp: pino.stdTimeFunctions.isoTime, base: null },
    destination,
  );
}
