import type { FollowUpRows } from "../model/counted-batch.ts";
import type { FollowUp } from "../model/follow-up.ts";
import {
  FOLLOW_UP_COLUMNS,
  FOLLOW_UP_ESTABLISHED,
  FOLLOW_UP_FIRST_SEEN,
  FOLLOW_UP_FLOW,
  FOLLOW_UP_ICMP_ERROR,
  FOLLOW_UP_LAST_SEEN,
  FOLLOW_UP_RESET,
  FOLLOW_UP_SPAN,
} from "../model/follow-up-row.ts";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";

const columns: Readonly<Record<FollowUp, number>> = {
  established: FOLLOW_UP_ESTABLISHED,
  reset: FOLLOW_UP_RESET,
  icmpError: FOLLOW_UP_ICMP_ERROR,
};

/** Follow-ups per flow and minute. They are few, one a connection, and not on the fast path. */
export class FollowUpCounts {
  #rows = new Map<string, Float64Array>();

  /** `flow` is the session's index; `time` is microseconds since the epoch. */
  add(followUp: FollowUp, flow: number, time: number, packets: number): void {
    const minute = Math.floor(time / MICROS_PER_MINUTE);
    const key = `${minute} ${flow}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = new Float64Array(FOLLOW_UP_COLUMNS);
      row[FOLLOW_UP_SPAN] = minute;
      row[FOLLOW_UP_FLOW] = flow;
      row[FOLLOW_UP_FIRST_SEEN] = time;
      row[FOLLOW_UP_LAST_SEEN] = time;
      this.#rows.set(key, row);
    }
    row[columns[followUp]]! += packets;
    row[FOLLOW_UP_FIRST_SEEN] = Math.min(row[FOLLOW_UP_FIRST_SEEN]!, time);
    row[FOLLOW_UP_LAST_SEEN] = Math.max(row[FOLLOW_UP_LAST_SEEN]!, time);
  }

  /** What was added since the last time. */
  take(): FollowUpRows {
    const values = new Float64Array(this.#rows.size * FOLLOW_UP_COLUMNS);
    let at = 0;
    for (const row of this.#rows.values()) {
      values.set(row, at);
      at += FOLLOW_UP_COLUMNS;
    }
    const count = this.#rows.size;
    this.#rows = new Map();
    return { count, values };
  }
}
