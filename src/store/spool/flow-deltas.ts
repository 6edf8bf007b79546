import type Database from "better-sqlite3";
import { COUNT_COLUMNS, COUNT_FLOW, COUNT_SPAN } from "../../model/count-row.ts";
import type { CountRows } from "../../model/counted-batch.ts";
import { SpanCounts } from "../../model/span-counts.ts";
import { BulkInsert } from "../bulk-insert.ts";
import { sumUp } from "../sum-up.ts";

/** Adds up what was counted of flows in intervals, until it is spooled. */
export class FlowDeltas {
  readonly #intervalMinutes: number;
  readonly #since: number;
  readonly #insert: BulkInsert;
  readonly #counts = new SpanCounts();
  #rowOf: (index: number) => number = (index) => index;

  /** Counts of minutes that ended before `since` are left out; microseconds since the epoch. */
  constructor(database: Database.Database, intervalMinutes: number, since: number) {
    this.#intervalMinutes = intervalMinutes;
    this.#since = since;
    this.#insert = new BulkInsert(
      database,
      `INSERT INTO flow_deltas
         (interval_start, flow, packets, attempts, bytes, tcp_flags, first_seen, last_seen)`,
      COUNT_COLUMNS,
      `ON CONFLICT DO UPDATE SET
         packets = packets + excluded.packets,
         attempts = attempts + excluded.attempts,
         bytes = bytes + excluded.bytes,
         tcp_flags = tcp_flags | excluded.tcp_flags,
         first_seen = min(first_seen, excluded.first_seen),
         last_seen = max(last_seen, excluded.last_seen)`,
    );
  }

  /** `rowOf` gives the row of a flow; with another one, another session's indexes begin. */
  add(minutes: CountRows, rowOf: (index: number) => number): void {
    if (rowOf !== this.#rowOf) this.flush();
    this.#rowOf = rowOf;
    sumUp(this.#counts, minutes, this.#intervalMinutes, this.#since);
  }

  flush(): void {
    const { rows, values } = this.#counts;
    for (let at = 0; at < rows * COUNT_COLUMNS; at += COUNT_COLUMNS) {
      const row = this.#insert.nextRow();
      for (let column = 0; column < COUNT_COLUMNS; column++) {
        this.#insert.values[row + column] = values[at + column]!;
      }
      this.#insert.values[row + COUNT_SPAN] = values[at + COUNT_SPAN]! * this.#intervalMinutes;
      this.#insert.values[row + COUNT_FLOW] = this.#rowOf(values[at + COUNT_FLOW]!);
    }
    this.#insert.flush();
    this.#counts.clear();
  }

  discard(): void {
    this.#insert.discard();
    this.#counts.clear();
  }
}
