import type Database from "better-sqlite3";
import type { FollowUpRows } from "../model/counted-batch.ts";
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
import { MINUTES_PER_DAY, MINUTES_PER_HOUR } from "../model/time-unit.ts";
import type { ShortestSpan } from "./writer-messages.ts";

/**
 * Adds follow-ups to the counts of minutes, hours and days. In a row that has packets, the times
 * are theirs: whichever comes first, the row ends up the same (counts-writer.ts has the rest).
 */
export class FollowUpsWriter {
  readonly #upserts: (readonly [minutes: number, Database.Statement])[];

  constructor(database: Database.Database, shortestSpan: ShortestSpan = "minute") {
    const upsert = (unit: string) =>
      database.prepare(
        `INSERT INTO flow_${unit}s (${unit}, flow, packets, attempts, bytes, tcp_flags, first_seen,
           last_seen, established, reset, icmp_error)
         VALUES (?, ?, 0, 0, 0, 0, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET
           first_seen = iif(packets > 0, first_seen, min(first_seen, excluded.first_seen)),
           last_seen = iif(packets > 0, last_seen, max(last_seen, excluded.last_seen)),
           established = established + excluded.established,
           reset = reset + excluded.reset,
           icmp_error = icmp_error + excluded.icmp_error`,
      );
    this.#upserts = [[MINUTES_PER_DAY, upsert("day")]];
    if (shortestSpan === "day") return;
    this.#upserts.push([1, upsert("minute")], [MINUTES_PER_HOUR, upsert("hour")]);
  }

  /** `flowOf` gives the row of a flow. */
  add({ count, values }: FollowUpRows, flowOf: (index: number) => number): void {
    for (let at = 0; at < count * FOLLOW_UP_COLUMNS; at += FOLLOW_UP_COLUMNS) {
      const value = (column: number) => values[at + column]!;
      const flow = flowOf(value(FOLLOW_UP_FLOW));
      const rest = [
        value(FOLLOW_UP_FIRST_SEEN),
        value(FOLLOW_UP_LAST_SEEN),
        value(FOLLOW_UP_ESTABLISHED),
        value(FOLLOW_UP_RESET),
        value(FOLLOW_UP_ICMP_ERROR),
      ];
      for (const [minutes, upsert] of this.#upserts) {
        upsert.run(Math.floor(value(FOLLOW_UP_SPAN) / minutes), flow, ...rest);
      }
    }
  }
}
