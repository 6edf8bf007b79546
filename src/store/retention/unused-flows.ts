import type Database from "better-sqlite3";
import { rowsPerStepMax } from "./oldest-rows.ts";

/** Flows that the counting session knows by index: it may count more of them at any time. */
export interface SessionFlows {
  /** How many sessions have begun. */
  readonly sessions: number;
  /** Rows of the flows of the last. */
  readonly flowsInUse: readonly number[];
}

/**
 * Removes flows of which nothing is kept any more. Which ones are used is read once, into a bit for
 * each; then flows go some at a time, between commits.
 */
export class UnusedFlows {
  readonly #database: Database.Database;
  readonly #session: SessionFlows;
  readonly #begunIn: number;
  readonly #used: Uint8Array;
  readonly #last: number;
  readonly #next: Database.Statement<[number, number, number], number>;
  readonly #remove: Database.Statement;
  #marked = 0;
  #position = 0;
  /** Flows that stay. */
  kept = 0;
  /** Whether all was looked at. */
  isDone = false;

  constructor(database: Database.Database, session: SessionFlows) {
    this.#database = database;
    this.#session = session;
    this.#begunIn = session.sessions;
    this.#last = database.prepare("SELECT coalesce(max(id), 0) FROM flows").pluck().get() as number;
    this.#used = new Uint8Array((this.#last >>> 3) + 1);
    for (const table of ["flow_days", "recent_denials"]) {
      const flows = database.prepare<[], number>(`SELECT flow FROM ${table}`).pluck();
      for (const flow of flows.iterate()) this.#mark(flow);
    }
    this.#next = database
      .prepare<[number, number, number], number>(
        "SELECT id FROM flows WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
      )
      .pluck();
    this.#remove = database.prepare("DELETE FROM flows WHERE id = ?");
  }

  /**
   * Removes some. False when it is done, or when another session has begun: what the one before has
   * counted since is not known here.
   */
  removeSome(): boolean {
    if (this.#session.sessions !== this.#begunIn) return false;
    this.#markSession();
    const flows = this.#next.all(this.#position, this.#last, rowsPerStepMax);
    const unused = flows.filter((flow) => !this.#isUsed(flow));
    this.#withoutReferences(() => {
      for (const flow of unused) this.#remove.run(flow);
    });
    this.kept += flows.length - unused.length;
    this.#position = flows.at(-1) ?? this.#last;
    this.isDone = flows.length === 0;
    return !this.isDone;
  }

  #markSession(): void {
    const { flowsInUse } = this.#session;
    for (; this.#marked < flowsInUse.length; this.#marked++) this.#mark(flowsInUse[this.#marked]!);
    // After a transaction that was undone, others may come in its place.
    this.#marked = Math.min(this.#marked, flowsInUse.length);
  }

  /** That nothing refers to a flow is known already; SQLite would read whole tables to see it. */
  #withoutReferences(task: () => void): void {
    this.#database.pragma("foreign_keys = OFF");
    try {
      this.#database.transaction(task).immediate();
    } finally {
      this.#database.pragma("foreign_keys = ON");
    }
  }

  #mark(flow: number): void {
    if (flow <= this.#last) this.#used[flow >>> 3]! |= 1 << (flow & 7);
  }

  #isUsed(flow: number): boolean {
    return (this.#used[flow >>> 3]! & (1 << (flow & 7))) !== 0;
  }
}
