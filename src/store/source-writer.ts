import type Database from "better-sqlite3";
import type { Checkpoint, LineTally, Loss, SourceProgress } from "../model/counted-batch.ts";
import { lostLinesMax, rejectedExamplesMax } from "../model/limits.ts";

/** Moves the checkpoint of a source of lines on, with the tally of the lines it has passed. */
export class SourceWriter {
  readonly #insert: Database.Statement;
  readonly #update: Database.Statement;
  readonly #lines: Database.Statement;
  readonly #rejects: Database.Statement;
  readonly #prefixes: Database.Statement;
  readonly #example: Database.Statement;
  readonly #trimExamples: Database.Statement;
  readonly #loss: Database.Statement;
  readonly #reported: Database.Statement;
  readonly #recovered: Database.Statement;
  /** Rows of the sources that the session knows by a negative number. */
  #rows = new Map<number, number>();

  constructor(database: Database.Database) {
    const columns = `kind = @kind, path = @path, device = @device, inode = @inode,
      byte_offset = @offset, head_bytes = @headBytes, head_hash = @headHash,
      anchor_bytes = @anchorBytes, anchor_hash = @anchorHash, first_denials = @firstDenials,
      last_time = @lastTime, cursor = @cursor, is_closed = @isClosed, updated_at = @now`;
    this.#insert = database.prepare(
      `INSERT INTO sources (kind, path, device, inode, byte_offset, head_bytes, head_hash,
         anchor_bytes, anchor_hash, first_denials, last_time, cursor, lines, begun_at,
         is_closed, updated_at)
       VALUES (@kind, @path, @device, @inode, @offset, @headBytes, @headHash, @anchorBytes,
         @anchorHash, @firstDenials, @lastTime, @cursor, @lines, @begunAt,
         @isClosed, @now)`,
    );
    this.#update = database.prepare(
      `UPDATE sources SET ${columns}, lines = lines + @lines WHERE id = @source`,
    );
    const add = (table: string, key: string) =>
      database.prepare(
        `INSERT INTO ${table} (source, ${key}, lines) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET lines = lines + excluded.lines`,
      );
    this.#lines = add("source_lines", "kind");
    this.#rejects = add("source_rejects", "reason");
    this.#prefixes = database.prepare(
      `INSERT INTO source_prefixes (source, prefix, lines, packets) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET lines = lines + excluded.lines,
         packets = packets + excluded.packets`,
    );
    this.#example = database.prepare(
      "INSERT INTO rejected_examples (reason, source, seen_at, line) VALUES (?, ?, ?, ?)",
    );
    this.#trimExamples = database.prepare(
      `DELETE FROM rejected_examples WHERE reason = @reason AND id NOT IN (
         SELECT id FROM rejected_examples WHERE reason = @reason ORDER BY id DESC
         LIMIT ${rejectedExamplesMax})`,
    );
    const addLoss = `INSERT INTO losses (source, reason, byte_offset, lines_max, bytes_max,
         from_time, to_time, seen_at, detail, content_hash)
       VALUES (@source, @reason, @offset, @lines, @bytes, @fromTime, @toTime, @now, @detail,
         @contentHash)`;
    this.#loss = database.prepare(
      `${addLoss} ON CONFLICT DO UPDATE SET lines_max = excluded.lines_max,
         bytes_max = excluded.bytes_max, from_time = excluded.from_time, to_time = excluded.to_time,
         detail = excluded.detail, content_hash = excluded.content_hash, recovered_at = NULL`,
    );
    // One hour of what one reporter says is one row.
    this.#reported = database.prepare(
      `${addLoss} ON CONFLICT DO UPDATE SET
         lines_max = min(lines_max + excluded.lines_max, ${lostLinesMax}),
         from_time = min(from_time, excluded.from_time),
         to_time = max(to_time, excluded.to_time), seen_at = excluded.seen_at`,
    );
    this.#recovered = database.prepare(
      `UPDATE losses SET recovered_at = ?
       WHERE source = ? AND byte_offset < ? AND reason = 'archive-corrupt'
         AND recovered_at IS NULL`,
    );
  }

  snapshot(): () => void {
    const rows = new Map(this.#rows);
    return () => {
      this.#rows = rows;
    };
  }

  /** Gives the row of the source. */
  write(
    { checkpoint, tally, losses, endsContent }: SourceProgress,
    now: number,
    prefixOf: (index: number) => number,
  ): number {
    const source = this.#moveOn(checkpoint, tally.lines, now);
    this.#addTally(source, tally, now, prefixOf);
    // What is read now was not lost after all.
    this.#recovered.run(now, source, checkpoint.offset + (endsContent ? 1 : 0));
    for (const loss of losses) this.#addLoss(source, loss, now);
    return source;
  }

  #moveOn(checkpoint: Checkpoint, lines: number, now: number): number {
    const values = {
      ...checkpoint,
      firstDenials: checkpoint.firstDenials.join(" "),
      isClosed: checkpoint.isClosed ? 1 : 0,
      lines,
      now,
      source: this.#rows.get(checkpoint.source) ?? checkpoint.source,
    };
    // A row that was not touched for long may have been folded into that of the older sources.
    if (values.source >= 0 && this.#update.run(values).changes > 0) return values.source;
    const row = Number(this.#insert.run(values).lastInsertRowid);
    this.#rows.set(checkpoint.source, row);
    return row;
  }

  #addTally(
    source: number,
    tally: LineTally,
    now: number,
    prefixOf: (index: number) => number,
  ): void {
    for (const [kind, lines] of Object.entries(tally.other)) this.#lines.run(source, kind, lines);
    for (const { prefix, lines, packets } of tally.prefixes) {
      this.#prefixes.run(source, prefixOf(prefix), lines, packets);
    }
    for (const { reason, lines, example } of tally.rejected) {
      this.#rejects.run(source, reason, lines);
      this.#addExample(source, reason, example, now);
    }
    if (tally.suspectExample !== undefined) {
      this.#addExample(source, "suspect", tally.suspectExample, now);
    }
  }

  #addExample(source: number, reason: string, example: Uint8Array, now: number): void {
    this.#example.run(reason, source, now, Buffer.from(example));
    this.#trimExamples.run({ reason });
  }

  #addLoss(source: number, loss: Loss, now: number): void {
    const unknown = { lines: null, bytes: null, fromTime: null, toTime: null };
    const statement = loss.reason === "reported" ? this.#reported : this.#loss;
    statement.run({ ...unknown, ...loss, source, now });
  }
}
