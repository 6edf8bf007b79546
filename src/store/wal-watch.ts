import type Database from "better-sqlite3";
import { databaseBytes } from "./database-bytes.ts";
import { BUSY_TIMEOUT_MS } from "./open.ts";

/** A log that is larger is emptied, as soon as no reader needs it. */
export const walBytesMax = 32 * 1024 * 1024;
/** To ask more often would only cost time. */
const TRY_EVERY_MS = 5000;

/**
 * Keeps the write-ahead log small: each commit goes there first, and as long as a reader has a
 * transaction open, SQLite cannot begin it anew.
 */
export class WalWatch {
  readonly #database: Database.Database;
  readonly #onHeld: (bytes: number) => void;
  #triedAt = Number.NEGATIVE_INFINITY;
  #isTold = false;

  /** `onHeld` is told once, how large the log is that a reader keeps from being emptied. */
  constructor(database: Database.Database, onHeld: (bytes: number) => void) {
    this.#database = database;
    this.#onHeld = onHeld;
  }

  /** Between transactions. `now` is milliseconds since the epoch. */
  look(now: number): void {
    const { wal } = databaseBytes(this.#database.name);
    if (wal <= walBytesMax || now - this.#triedAt < TRY_EVERY_MS) return;
    this.#triedAt = now;
    if (this.truncate()) this.#isTold = false;
    else if (!this.#isTold) {
      this.#isTold = true;
      this.#onHeld(wal);
    }
  }

  /** Empties the log; false when a reader needs what is in it. */
  truncate(): boolean {
    // A reader may stay for hours: nobody waits for it here.
    this.#database.pragma("busy_timeout = 0");
    try {
      const [result] = this.#database.pragma("wal_checkpoint(TRUNCATE)") as [{ busy: number }];
      return result.busy === 0;
    } finally {
      this.#database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }
}
