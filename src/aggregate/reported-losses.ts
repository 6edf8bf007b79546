import type { Loss } from "../model/counted-batch.ts";
import { type LossReporter, reportedLossDetails } from "../model/line-kind.ts";
import { lostLinesMax } from "../model/limits.ts";
import { MICROS_PER_HOUR, MICROS_PER_MINUTE } from "../model/time-unit.ts";

/**
 * How long before a loss message the first of what it tells of may have been lost: imjournal has
 * the longest interval that a rate limit has by default.
 */
const REPORT_REACH_MICROS = 10 * MICROS_PER_MINUTE;
/** A larger number is none that a daemon counts up to. */
const MESSAGE_LINES_MAX = 1e12;
const NONE: readonly Loss[] = [];

/** What a loss message says. */
export type LossMessage = {
  readonly lostBy: LossReporter | undefined;
  /** How many lines; -1 where it names no number. */
  readonly lost: number;
};

/** Whether a loss message may be about denials that a source of this kind would have held. */
export function mayLoseDenials(by: LossReporter | undefined, kind: string): boolean {
  // The journal itself has what was not forwarded.
  if (by === "journald-forwarding" && kind === "journald") return false;
  return by !== undefined && reportedLossDetails[by] !== undefined;
}

/**
 * What kernel and daemons say is lost from a source: one row for each who says so and hour, as in
 * the ledger, so that a flood of messages is few rows.
 */
export class ReportedLosses {
  #rows = new Map<string, Loss>();

  /** `time` is that of the message, in microseconds since the epoch. */
  add({ lostBy, lost }: LossMessage, offset: number, time: number): void {
    if (lostBy === undefined) return;
    const isTold = lost >= 0 && lost <= MESSAGE_LINES_MAX;
    // Apart, for a sum with an unknown part would be unknown.
    const detail = `${reportedLossDetails[lostBy]}${isTold ? "" : "; how many is not said"}`;
    const key = `${Math.floor(time / MICROS_PER_HOUR)} ${detail}`;
    const row = this.#rows.get(key);
    const lines = isTold ? { lines: Math.min((row?.lines ?? 0) + lost, lostLinesMax) } : {};
    this.#rows.set(key, {
      reason: "reported",
      ...lines,
      offset: row?.offset ?? offset,
      fromTime: Math.min(row?.fromTime ?? time, time - REPORT_REACH_MICROS),
      toTime: Math.max(row?.toTime ?? time, time),
      detail,
      contentHash: "",
    });
  }

  /** What was added since the last time. */
  take(): readonly Loss[] {
    if (this.#rows.size === 0) return NONE;
    const losses = [...this.#rows.values()];
    this.#rows = new Map();
    return losses;
  }
}
