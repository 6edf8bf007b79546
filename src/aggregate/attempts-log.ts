import type { OpenedAttempts, RecentKeyEntries } from "../model/counted-batch.ts";
import type { CounterTables, KeyTable } from "./counter-tables.ts";
import { RECENT_KEY_WORDS } from "./recent-keys.ts";

/** Hands over, transaction by transaction, what was added to the tables of open attempts. */
export class AttemptsLog {
  readonly #attempts: CounterTables["attempts"];
  #connectionsTaken = 0;
  #copiesTaken = 0;

  constructor(attempts: CounterTables["attempts"]) {
    this.#attempts = attempts;
  }

  /** What was opened since the last time. */
  take(): OpenedAttempts {
    const attempts = this.#attempts;
    const { connections, copies, upperBoundMinutes, upperBoundCount } = attempts;
    const opened = {
      connections: entriesSince(connections, this.#connectionsTaken),
      copies: entriesSince(copies, this.#copiesTaken),
      upperBoundMinutes: [...new Set(upperBoundMinutes.subarray(0, upperBoundCount))],
    };
    this.#connectionsTaken = connections.total;
    this.#copiesTaken = copies.total;
    attempts.upperBoundCount = 0;
    return opened;
  }

  /** Takes over what a process before had opened. */
  load(opened: readonly OpenedAttempts[]): void {
    const { connections, copies } = this.#attempts;
    for (const each of opened) {
      load(connections, each.connections);
      load(copies, each.copies);
    }
    this.#connectionsTaken = connections.total;
    this.#copiesTaken = copies.total;
  }
}

/** The entries from an ordinal on, as far as they are still remembered. */
function entriesSince(table: KeyTable, ordinal: number): RecentKeyEntries {
  const { total, keepFrom, forgottenTime } = table;
  const from = Math.max(ordinal, keepFrom);
  const count = total - from;
  const words = new Int32Array(count * RECENT_KEY_WORDS);
  const times = new Float64Array(count);
  const length = table.times.length;
  const first = from % length;
  const untilEnd = Math.min(count, length - first);
  const copy = (place: number, rows: number, at: number) => {
    const start = place * RECENT_KEY_WORDS;
    const end = (place + rows) * RECENT_KEY_WORDS;
    words.set(table.words.subarray(start, end), at * RECENT_KEY_WORDS);
    times.set(table.times.subarray(place, place + rows), at);
  };
  copy(first, untilEnd, 0);
  copy(0, count - untilEnd, untilEnd);
  return {
    from,
    count,
    keepFrom,
    forgottenTime: Number.isFinite(forgottenTime) ? forgottenTime : undefined,
    words,
    times,
  };
}

function load(table: KeyTable, { from, count, words, times, forgottenTime }: RecentKeyEntries) {
  for (let i = 0; i < count; i++) {
    table.key.set(words.subarray(i * RECENT_KEY_WORDS, (i + 1) * RECENT_KEY_WORDS));
    table.load(from + i, times[i]!);
  }
  if (count > 0 && forgottenTime !== undefined) table.forgottenTime = forgottenTime;
}
