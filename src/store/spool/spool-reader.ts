import type Database from "better-sqlite3";
import type { SpooledChunk, SpooledFlow, SpooledNotice } from "../../model/spool.ts";
import { unpackEvents, unpackRecords } from "./chunk-body.ts";

type Row = {
  readonly id: number;
  readonly kind: SpooledChunk["kind"];
  readonly node: string;
  readonly added_at: number;
  readonly content: string;
  readonly body: Buffer;
};

/** Reads what waits to be sent, in the order in which it was spooled. */
export class SpoolReader {
  readonly #next: Database.Statement<[number], Row>;

  constructor(database: Database.Database) {
    this.#next = database.prepare(
      `SELECT id, kind, node, added_at, content, body FROM spool
       WHERE id >= ? ORDER BY id LIMIT 1`,
    );
  }

  /** The first chunk from this number on, if there is one. */
  next(from: number): SpooledChunk | undefined {
    const row = this.#next.get(from);
    if (row === undefined) return undefined;
    const { id, kind, node, added_at: addedAt, content, body } = row;
    switch (kind) {
      case "events":
        return { id, node, addedAt, kind, content, events: unpackEvents(body) };
      case "flows":
        return { id, node, addedAt, kind, flows: unpackRecords<SpooledFlow>(body) };
      case "notices":
        return { id, node, addedAt, kind, notices: unpackRecords<SpooledNotice>(body) };
    }
  }
}
