import { type DestinationStream, type LogFn, type Logger, pino } from "pino";
import type { Settings } from "../config/settings.ts";
import { Repeats } from "./repeats.ts";

const WARN = pino.levels.values["warn"]!;

/**
 * The agent's own log: JSON lines on standard error, times as text. It is bounded: a warning or an
 * error that says the same again is left out for a minute, `leftOut` says how often.
 */
export function createLog(
  level: Settings["logLevel"],
  destination: DestinationStream,
  repeats = new Repeats(() => undefined),
): Logger {
  return pino(
    {
      name: "denyscope",
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      base: null,
      hooks: {
        logMethod(args, method, lineLevel) {
          if (lineLevel < WARN) {
            method.apply(this, args);
            return;
          }
          repeats.pass(sayingOf(lineLevel, args), (leftOut) => {
            method.apply(this, leftOut === 0 ? args : withLeftOut(args, leftOut));
          });
        },
      },
    },
    destination,
  );
}

type LogArguments = Parameters<LogFn>;

/** What a line says: its texts. Numbers, such as how long to wait, may differ. */
function sayingOf(level: number, [facts, message]: readonly unknown[]): string {
  if (typeof facts !== "object" || facts === null) return `${level} ${String(facts)}`;
  const texts = Object.values(facts).filter((value) => typeof value === "string");
  return [level, message, ...texts].join(" ");
}

/** A line that has no facts is written as it is. */
function withLeftOut(args: LogArguments, leftOut: number): LogArguments {
  const [facts, ...rest] = args;
  return typeof facts === "object" && facts !== null ? [{ ...facts, leftOut }, ...rest] : args;
}
