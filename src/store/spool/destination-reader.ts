import type Database from "better-sqlite3";
import type { SpoolPosition } from "../../model/spool.ts";

/** What waits for a destination. */
export type Queue = {
  /** Records of the spool that were not sent to it yet, be they for it or not. */
  readonly queued: number;
  /** When the oldest of them was spooled; microseconds since the epoch. */
  readonly queuedSince: number | undefined;
};

/** Reads how far destinations are. */
export class DestinationReader {
  readonly #position: Database.Statement<[string], SpoolPosition>;
  readonly #queue: Database.Statement<[number], { records: number | null; since: number | null }>;

  constructor(database: Database.Database) {
    this.#position = database.prepare("SELECT chunk, record FROM destinations WHERE name = ?");
    this.#queue = database.prepare(
      "SELECT sum(records) AS records, min(added_at) AS since FROM spool WHERE id >= ?",
    );
  }

  positionOf(name: string): SpoolPosition {
    const position = this.#position.get(name);
    if (position === undefined) throw new Error(`Cannot find destination "${name}"`);
    return position;
  }

  queueFrom({ chunk, record }: SpoolPosition): Queue {
    const { records, since } = this.#queue.get(chunk)!;
    const queued = Math.max(0, (records ?? 0) - record);
    return { queued, queuedSince: queued === 0 ? undefined : (since ?? undefined) };
  }
}
