import type Database from "better-sqlite3";
import type { SpooledChunk } from "../../model/spool.ts";

/** What a row takes besides its body. */
const ROW_BYTES = 100;
/** Rows that go in one transaction. */
const rowsPerStepMax = 500;

export type NewChunk = Pick<SpooledChunk, "kind"> & {
  readonly records: number;
  readonly content: string;
  readonly body: Uint8Array;
};

/** The rows of the spool, and how much they take. */
export class SpoolRows {
  /** Bytes of all rows, as they are in the open transaction. */
  bytes = 0;
  /** The newest row. */
  last = 0;
  readonly #node: string;
  readonly #insert: Database.Statement;
  readonly #sum: Database.Statement<[], { bytes: number; last: number }>;
  readonly #oldest: Database.Statement<[], { id: number; added_at: number; records: number }>;
  readonly #before: Database.Statement<[number], { rows: number; bytes: number; last: number }>;
  readonly #remove: Database.Statement<[number]>;

  constructor(database: Database.Database, node: string) {
    this.#node = node;
    this.#insert = database.prepare(
      `INSERT INTO spool (kind, added_at, records, node, content, body)
       VALUES (@kind, @now, @records, @node, @content, @body)`,
    );
    const size = `coalesce(sum(length(body) + ${ROW_BYTES}), 0)`;
    this.#sum = database.prepare(
      `SELECT ${size} AS bytes,
         coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'spool'), 0) AS last FROM spool`,
    );
    this.#oldest = database.prepare("SELECT id, added_at, records FROM spool ORDER BY id LIMIT 1");
    this.#before = database.prepare(
      `SELECT count(*) AS rows, ${size} AS bytes, max(id) AS last FROM (
         SELECT id, body FROM spool WHERE id < ? ORDER BY id LIMIT ${rowsPerStepMax})`,
    );
    this.#remove = database.prepare("DELETE FROM spool WHERE id <= ?");
    this.reload();
  }

  get oldest():
    | { readonly id: number; readonly added_at: number; readonly records: number }
    | undefined {
    return this.#oldest.get();
  }

  /** Reads again what there is, after a transaction that was undone. */
  reload(): void {
    const { bytes, last } = this.#sum.get()!;
    this.bytes = bytes;
    this.last = last;
  }

  /** `now` is microseconds since the epoch. */
  add(chunk: NewChunk, now: number): void {
    this.last = Number(this.#insert.run({ ...chunk, node: this.#node, now }).lastInsertRowid);
    this.bytes += chunk.body.length + ROW_BYTES;
  }

  /** Removes some of the rows before one; false when there are none. */
  removeSome(before: number): boolean {
    const { rows, bytes, last } = this.#before.get(before)!;
    if (rows === 0) return false;
    this.#remove.run(last);
    this.bytes -= bytes;
    return true;
  }
}
