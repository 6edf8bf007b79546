import type { OpenedAttempts, RecentKeyEntries } from "../model/counted-batch.ts";
import type { CounterTables, KeyTable } from "./counter-tables.ts";
import { HALF_KEY_WORDS, isIpv6, RECENT_KEY_WORDS } from "./recent-keys.ts";

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
  const places = table.times.length;
  const times = new Float64Array(count);
  let halves = count;
  for (let entry = 0; entry < count; entry++) {
    const place = (from + entry) % places;
    times[entry] = table.times[place]!;
    if (isIpv6(table.words, place * HALF_KEY_WORDS)) halves++;
  }
  const words = new Int32Array(halves * HALF_KEY_WORDS);
  let at = 0;
  const put = (half: Int32Array, place: number) => {
    for (let i = 0; i < HALF_KEY_WORDS; i++) words[at++] = half[place * HALF_KEY_WORDS + i]!;
  };
  for (let entry = 0; entry < count; entry++) {
    const place = (from + entry) % places;
    put(table.words, place);
    if (isIpv6(table.words, place * HALF_KEY_WORDS)) put(table.ipv6Words, place);
  }
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
  let at = 0;
  for (let i = 0; i < count; i++) {
    const length = isIpv6(words, at) ? RECENT_KEY_WORDS : HALF_KEY_WORDS;
    table.key.set(words.subarray(at, at + length));
    table.load(from + i, times[i]!);
    at += length;
  }
  if (count > 0 && forgottenTime !== undefined) table.forgottenTime = forgottenTime;
}
