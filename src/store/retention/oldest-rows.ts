import type Database from "better-sqlite3";
import { markRemoved, type SpanUnit } from "./kept-from.ts";

/** Removed in one transaction: some 30 ms of the writer's time. */
export const rowsPerStepMax = 4096;

type Key = [span: number, flow: number];

type Statements = {
  /** The last row of a step, and the last of all where these are fewer. */
  readonly boundary: Database.Statement<[number, number], Key>;
  readonly last: Database.Statement<[number], Key>;
  readonly packets: Database.Statement;
  readonly remove: Database.Statement;
};

/** Removes the oldest counts of one length of time, some at a time, and keeps account of them. */
export class OldestRows {
  readonly #database: Database.Database;
  readonly #unit: SpanUnit;
  readonly #statements: Statements;
  readonly #expire: Database.Statement;

  constructor(database: Database.Database, unit: SpanUnit) {
    this.#database = database;
    this.#unit = unit;
    const upTo = `WHERE (${unit}, flow) <= (?, ?)`;
    const keys = `SELECT ${unit}, flow FROM flow_${unit}s WHERE ${unit} < ?`;
    this.#statements = {
      boundary: database
        .prepare<[number, number], Key>(`${keys} ORDER BY ${unit}, flow LIMIT 1 OFFSET ?`)
        .raw(),
      last: database
        .prepare<[number], Key>(`${keys} ORDER BY ${unit} DESC, flow DESC LIMIT 1`)
        .raw(),
      packets: database.prepare(`SELECT total(packets) FROM flow_${unit}s ${upTo}`).pluck(),
      remove: database.prepare(`DELETE FROM flow_${unit}s ${upTo}`),
    };
    this.#expire = database.prepare(
      `INSERT INTO expired (kind, packets, rows) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET packets = packets + excluded.packets, rows = rows + excluded.rows`,
    );
  }

  /** In the open transaction. Returns how many rows went: 0 when there are none before `before`. */
  removeSome(before: number): number {
    const { boundary, packets, remove } = this.#statements;
    const last = boundary.get(before, rowsPerStepMax - 1) ?? this.#statements.last.get(before);
    if (last === undefined) return 0;
    // A packet is in a row of each length of time: those of days are the account of it.
    const gone = this.#unit === "day" ? (packets.get(...last) as number) : 0;
    const { changes } = remove.run(...last);
    this.#expire.run(`${this.#unit}s`, gone, changes);
    markRemoved(this.#database, this.#unit, last[0]);
    return changes;
  }
}
