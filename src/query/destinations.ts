import type Database from "better-sqlite3";
import type { DropReason } from "../model/spool.ts";
import { formatSeen } from "../model/time-window.ts";

/** How far a destination is, as of the last commit. Field names are part of the documented JSON. */
export type DestinationStatus = {
  readonly name: string;
  readonly url: string;
  readonly sent: number;
  readonly acknowledged: number;
  readonly resent: number;
  /** Records of the spool that were not sent to it yet, be they for it or not. */
  readonly queued: number;
  /** Those that were sent, and may have to be sent again if the connection breaks. */
  readonly unsettled: number;
  /** When the oldest of them was spooled. */
  readonly queuedSince?: string;
  /** Messages that it will never get. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Those of them that it refused, and that are kept. */
  readonly deadLetters: number;
  readonly settledAt?: string;
  readonly lastError?: string;
  readonly lastErrorAt?: string;
  readonly addedAt: string;
};

type Row = {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly sent: number;
  readonly acknowledged: number;
  readonly resent: number;
  readonly queued: number;
  readonly unsettled: number;
  readonly queued_since: number | null;
  readonly dead_letters: number;
  readonly settled_at: number | null;
  readonly last_error: string | null;
  readonly last_error_at: number | null;
  readonly added_at: number;
};

/** All destinations that an agent has known, in the order in which they were added. */
export function queryDestinations(database: Database.Database): DestinationStatus[] {
  const drops = database.prepare<[number], { reason: DropReason; messages: number }>(
    "SELECT reason, messages FROM destination_drops WHERE destination = ? ORDER BY reason",
  );
  return database
    .prepare<[], Row>(
      `SELECT d.*,
         ${recordsFrom("d.reading_chunk", "d.reading_record")} AS queued,
         ${recordsFrom("d.chunk", "d.record")}
           - ${recordsFrom("d.reading_chunk", "d.reading_record")} AS unsettled,
         (SELECT min(added_at) FROM spool WHERE id >= d.reading_chunk) AS queued_since,
         (SELECT count(*) FROM dead_letters WHERE destination = d.id) AS dead_letters
       FROM destinations d ORDER BY d.id`,
    )
    .all()
    .map((row) => statusOf(row, drops.all(row.id)));
}

function recordsFrom(chunk: string, record: string): string {
  const records = `SELECT sum(records) FROM spool WHERE id >= ${chunk}`;
  return `max(0, coalesce((${records}), 0) - ${record})`;
}

function statusOf(
  row: Row,
  drops: readonly { readonly reason: DropReason; readonly messages: number }[],
): DestinationStatus {
  const time = (name: string, micros: number | null) =>
    micros === null ? {} : { [name]: formatSeen(micros) };
  return {
    name: row.name,
    url: row.url,
    sent: row.sent,
    acknowledged: row.acknowledged,
    resent: row.resent,
    queued: row.queued,
    unsettled: Math.max(0, row.unsettled),
    ...(row.queued === 0 ? {} : time("queuedSince", row.queued_since)),
    dropped: Object.fromEntries(drops.map(({ reason, messages }) => [reason, messages])),
    deadLetters: row.dead_letters,
    ...time("settledAt", row.settled_at),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    ...time("lastErrorAt", row.last_error_at),
    addedAt: formatSeen(row.added_at),
  };
}
