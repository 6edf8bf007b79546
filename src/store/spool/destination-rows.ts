import type Database from "better-sqlite3";
import type { DestinationProgress, DropReason, SpoolPlan } from "../../model/spool.ts";

/** Of each destination the newest are kept. */
export const deadLettersMax = 1000;
const DEAD_LETTER_BYTES_MAX = 8192;

/** How far each destination is, and what it did not get. */
export class DestinationRows {
  readonly #ids = new Map<string, number>();
  readonly #moveOn: Database.Statement;
  readonly #failed: Database.Statement;
  readonly #drop: Database.Statement;
  readonly #letter: Database.Statement;
  readonly #trimLetters: Database.Statement;
  readonly #slowest: Database.Statement<[], { name: string; chunk: number; record: number }>;

  /** A destination that is new begins behind what is spooled now. `now` in microseconds. */
  constructor(database: Database.Database, destinations: SpoolPlan["destinations"], now: number) {
    const add = database.prepare(
      `INSERT INTO destinations (name, url, chunk, reading_chunk, added_at)
       SELECT @name, @url, next, next, @now FROM (
         SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'spool'), 0) + 1 AS next)
       WHERE true
       ON CONFLICT DO UPDATE SET url = excluded.url`,
    );
    const idOf = database.prepare<[string], number>("SELECT id FROM destinations WHERE name = ?");
    for (const { name, url } of destinations) {
      add.run({ name, url, now });
      this.#ids.set(name, idOf.pluck().get(name)!);
    }
    // A cap may have moved it further meanwhile.
    this.#moveOn = database.prepare(
      `UPDATE destinations SET
         record = CASE WHEN @chunk >= chunk THEN @record ELSE record END,
         chunk = max(chunk, @chunk),
         reading_chunk = @readingChunk, reading_record = @readingRecord, sent = sent + @sent,
         acknowledged = acknowledged + @acknowledged, resent = resent + @resent,
         settled_at = iif(@acknowledged > 0, @now, settled_at)
       WHERE id = @id`,
    );
    this.#failed = database.prepare(
      "UPDATE destinations SET last_error = ?, last_error_at = ? WHERE id = ?",
    );
    this.#drop = database.prepare(
      `INSERT INTO destination_drops VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET messages = messages + excluded.messages`,
    );
    this.#letter = database.prepare(
      `INSERT INTO dead_letters (destination, event, reason, seen_at, message)
       VALUES (?, ?, ?, ?, ?)`,
    );
    this.#trimLetters = database.prepare(
      `DELETE FROM dead_letters WHERE destination = @id AND id NOT IN (
         SELECT id FROM dead_letters WHERE destination = @id ORDER BY id DESC
         LIMIT ${deadLettersMax})`,
    );
    const ids = [...this.#ids.values()].join(", ");
    this.#slowest = database.prepare(
      `SELECT name, chunk, record FROM destinations WHERE id IN (${ids})
       ORDER BY chunk, record LIMIT 1`,
    );
  }

  /** The destination that holds most back; undefined when there is none. */
  get slowest():
    | { readonly name: string; readonly chunk: number; readonly record: number }
    | undefined {
    return this.#slowest.get();
  }

  moveOn(progress: DestinationProgress, now: number): void {
    const { destination, position, reading, sent, acknowledged, resent, refused, error } = progress;
    const id = this.#ids.get(destination);
    if (id === undefined) return;
    const { chunk, record } = position;
    const { chunk: readingChunk, record: readingRecord } = reading;
    const places = { chunk, record, readingChunk, readingRecord };
    this.#moveOn.run({ id, ...places, sent, acknowledged, resent, now });
    if (error !== undefined) this.#failed.run(error.text, error.time, id);
    for (const { event, reason, message } of refused) {
      const kept = Buffer.from(message.subarray(0, DEAD_LETTER_BYTES_MAX));
      this.#letter.run(id, event, reason, now, kept);
    }
    if (refused.length === 0) return;
    this.#trimLetters.run({ id });
    this.#drop.run(id, "refused", refused.length);
  }

  /** Leaves out what is before a chunk: so many messages. */
  skip(name: string, chunk: number, reason: DropReason, messages: number, now: number): void {
    const id = this.#ids.get(name)!;
    const none = { sent: 0, acknowledged: 0, resent: 0 };
    const places = { chunk, record: 0, readingChunk: chunk, readingRecord: 0 };
    this.#moveOn.run({ id, ...places, ...none, now });
    this.#drop.run(id, reason, messages);
  }
}
