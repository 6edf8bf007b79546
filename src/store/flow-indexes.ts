import type Database from "better-sqlite3";

/** Filters by address are ranges of these. */
export const flowIndexes = `
CREATE INDEX flows_by_src ON flows (src, dst, dst_port);
CREATE INDEX flows_by_dst ON flows (dst, dst_port);`;

/**
 * Leaves the indexes of an empty table of flows out until its first transaction ends: to sort
 * 700,000 flows once takes a fifth of the time of putting each where it belongs.
 */
export class FlowIndexes {
  readonly #database: Database.Database;
  readonly #isEmpty: Database.Statement;
  #isDeferred = false;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#isEmpty = database.prepare("SELECT NOT EXISTS (SELECT 1 FROM flows)").pluck();
  }

  /** At the begin of a transaction. */
  defer(): void {
    this.#isDeferred = this.#isEmpty.get() === 1;
    if (this.#isDeferred) this.#database.exec("DROP INDEX flows_by_src; DROP INDEX flows_by_dst");
  }

  /** Before flows are looked for, and at the end of the transaction. */
  create(): void {
    if (this.#isDeferred) this.#database.exec(flowIndexes);
    this.#isDeferred = false;
  }
}
