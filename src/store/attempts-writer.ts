import type Database from "better-sqlite3";
import type { OpenedAttempts, RecentKeyEntries } from "../model/counted-batch.ts";

const kinds = [
  ["connection", "connections"],
  ["copy", "copies"],
] as const;

type StoredEntries = {
  readonly first_ordinal: number;
  readonly count: number;
  readonly forgotten_time: number | null;
  readonly keys: Buffer;
  readonly times: Buffer;
};

/** Keeps the table of open attempts as a log: each commit appends what it opened. */
export class AttemptsWriter {
  readonly #append: Database.Statement;
  readonly #forget: Database.Statement;
  readonly #upperBound: Database.Statement;
  readonly #stored: Database.Statement<[string], StoredEntries>;

  constructor(database: Database.Database) {
    this.#append = database.prepare("INSERT INTO open_attempts VALUES (?, ?, ?, ?, ?, ?)");
    this.#forget = database.prepare(
      "DELETE FROM open_attempts WHERE kind = ? AND first_ordinal + count <= ?",
    );
    this.#upperBound = database.prepare(
      "INSERT INTO upper_bound_minutes VALUES (?) ON CONFLICT DO NOTHING",
    );
    this.#stored = database.prepare(
      `SELECT first_ordinal, count, forgotten_time, keys, times FROM open_attempts WHERE kind = ?
       ORDER BY first_ordinal`,
    );
  }

  /** Appends what the open transaction opened, and drops what is forgotten. */
  write(opened: OpenedAttempts): void {
    for (const [kind, name] of kinds) {
      const { from, count, keepFrom, forgottenTime = null, words, times } = opened[name];
      if (keepFrom > 0) this.#forget.run(kind, keepFrom);
      if (count > 0) {
        this.#append.run(kind, from, count, forgottenTime, bytesOf(words), bytesOf(times));
      }
    }
    this.writeUpperBound(opened);
  }

  /** Marks the minutes in which attempts were forgotten too early. */
  writeUpperBound({ upperBoundMinutes }: Pick<OpenedAttempts, "upperBoundMinutes">): void {
    for (const minute of upperBoundMinutes) this.#upperBound.run(minute);
  }

  load(): OpenedAttempts[] {
    const none = {
      from: 0,
      count: 0,
      keepFrom: 0,
      forgottenTime: undefined,
      words: new Int32Array(),
      times: new Float64Array(),
    };
    return kinds.flatMap(([kind, name]) =>
      this.#stored.all(kind).map((row) => ({
        connections: none,
        copies: none,
        upperBoundMinutes: [],
        [name]: entriesOf(row),
      })),
    );
  }
}

function bytesOf(values: Int32Array | Float64Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function entriesOf({
  first_ordinal,
  count,
  forgotten_time,
  keys,
  times,
}: StoredEntries): RecentKeyEntries {
  return {
    from: first_ordinal,
    count,
    keepFrom: 0,
    forgottenTime: forgotten_time ?? undefined,
    // Copies, for the bytes of a BLOB are not aligned.
    words: new Int32Array(Uint8Array.from(keys).buffer),
    times: new Float64Array(Uint8Array.from(times).buffer),
  };
}
