import type Database from "better-sqlite3";

/**
 * The index by which a flow is found that this session did not make. It is made when the first is
 * looked for: sorting 700,000 flows takes most of a second, and the first import knows its own. No
 * query but that of follow-ups gains from one, for they count all flows of a window first.
 */
export class FlowIndex {
  readonly #database: Database.Database;
  #isThere = false;
  #isWanted = false;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Before a flow is looked for. */
  need(): void {
    if (this.#isThere) return;
    this.#database.exec("CREATE INDEX IF NOT EXISTS flows_by_key ON flows (src, dst, dst_port)");
    this.#isThere = true;
  }

  /** Queries will need it, once the transaction is committed. */
  want(): void {
    this.#isWanted = true;
  }

  /** At the end of a transaction. */
  flush(): void {
    if (this.#isWanted) this.need();
  }

  /** The transaction was undone. */
  discard(): void {
    this.#isThere = false;
    this.#isWanted = false;
  }
}
