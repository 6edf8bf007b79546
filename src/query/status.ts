import type Database from "better-sqlite3";
import type { LossReason } from "../model/line-kind.ts";
import { formatSeen } from "../model/time-window.ts";
import type { Verdict } from "../model/verdict.ts";
import { type DestinationStatus, queryDestinations } from "./destinations.ts";
import { packetsInOthers } from "./other-rows.ts";
import { databaseBytes } from "../store/database-bytes.ts";
import { sumOf } from "../model/sum-of.ts";

export type SourceStatus = {
  readonly kind: string;
  readonly path: string;
  readonly offset: number;
  readonly lines: number;
  readonly lastTime?: string;
  readonly updatedAt: string;
};

/** Both sides of the conservation rule: every line read is accounted for, every packet kept. */
export type Conservation = {
  readonly lines: {
    readonly read: number;
    readonly denials: number;
    readonly other: Readonly<Record<string, number>>;
    readonly rejected: Readonly<Record<string, number>>;
    readonly accounted: number;
    readonly holds: boolean;
  };
  readonly packets: {
    /** Sum of the repeat counts of all LOG lines. */
    readonly logged: number;
    readonly kept: number;
    /** Of those kept, in rows that fold many flows. */
    readonly inOther: number;
    readonly expired: number;
    readonly holds: boolean;
  };
};

export type LossStatus = {
  readonly reason: LossReason;
  /** Left out where the loss is of no one source. */
  readonly source?: string;
  readonly offset: number;
  readonly bytesMax?: number;
  readonly linesMax?: number;
  /** Between which times lines are missing, as far as that is known. */
  readonly from?: string;
  readonly to?: string;
  readonly seenAt: string;
  readonly recoveredAt?: string;
  readonly detail: string;
};

/** As openLosses in SQL: what it touches is counted, and was not made up for. */
export function isOpenLoss({ recoveredAt, reason }: LossStatus): boolean {
  return recoveredAt === undefined && reason !== "not-forwarded";
}

export type Status = {
  readonly database: { readonly path: string; readonly bytes: number; readonly flows: number };
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly packets: Readonly<Record<Verdict, number>>;
  readonly conservation: Conservation;
  readonly sources: readonly SourceStatus[];
  readonly losses: readonly LossStatus[];
  readonly destinations: readonly DestinationStatus[];
  readonly rejectedExamples: readonly { readonly reason: string; readonly line: string }[];
};

const decoder = new TextDecoder();

/** One consistent view: all numbers come from the same moment, also while an agent writes. */
export function queryStatus(database: Database.Database): Status {
  return database.transaction(() => ({
    database: {
      path: database.name,
      bytes: sizeOf(database.name),
      flows: number(database, "SELECT count(*) FROM flows"),
    },
    ...seen(database),
    packets: packetsByVerdict(database),
    conservation: conservation(database),
    sources: sources(database),
    losses: losses(database),
    destinations: queryDestinations(database),
    rejectedExamples: database
      .prepare<[], { reason: string; line: Buffer }>(
        "SELECT reason, line FROM rejected_examples ORDER BY reason, id DESC",
      )
      .all()
      .map(({ reason, line }) => ({ reason, line: decoder.decode(line) })),
  }))();
}

function number(database: Database.Database, sql: string): number {
  return Number(database.prepare(sql).pluck().get() ?? 0);
}

function sizeOf(path: string): number {
  const { database, wal } = databaseBytes(path);
  return database + wal;
}

function seen(database: Database.Database): { firstSeen?: string; lastSeen?: string } {
  const row = database
    .prepare<[], { first: number | null; last: number | null }>(
      `SELECT min(first_seen) AS first, max(last_seen) AS last FROM flow_days WHERE packets > 0`,
    )
    .get();
  if (row === undefined || row.first === null || row.last === null) return {};
  return { firstSeen: formatSeen(row.first), lastSeen: formatSeen(row.last) };
}

function packetsByVerdict(database: Database.Database): Record<Verdict, number> {
  const packets: Record<Verdict, number> = { denied: 0, allowed: 0, audit: 0, unknown: 0 };
  const rows = database
    .prepare<[], { verdict: Verdict; packets: number }>(
      `SELECT p.verdict, sum(d.packets) AS packets
       FROM flow_days d JOIN flows f ON f.id = d.flow JOIN prefixes p ON p.id = f.prefix
       GROUP BY p.verdict`,
    )
    .all();
  for (const row of rows) packets[row.verdict] = row.packets;
  return packets;
}

function conservation(database: Database.Database): Conservation {
  const byName = (sql: string) =>
    Object.fromEntries(
      database
        .prepare<[], { name: string; lines: number }>(sql)
        .all()
        .map(({ name, lines }) => [name, lines]),
    );
  const read = number(database, "SELECT total(lines) FROM sources");
  const logLines = byName(
    `SELECT iif(p.verdict = 'denied', 'denied', 'other-verdict') AS name, sum(s.lines) AS lines
     FROM source_prefixes s JOIN prefixes p ON p.id = s.prefix GROUP BY 1`,
  );
  const { denied: denials = 0, ...otherVerdict } = logLines;
  const other = {
    ...byName("SELECT kind AS name, sum(lines) AS lines FROM source_lines GROUP BY kind"),
    ...otherVerdict,
  };
  const rejected = byName(
    "SELECT reason AS name, sum(lines) AS lines FROM source_rejects GROUP BY reason",
  );
  const accounted = denials + sumOf(other) + sumOf(rejected);
  const logged = number(database, "SELECT total(packets) FROM source_prefixes");
  const kept = number(database, "SELECT total(packets) FROM flow_days");
  const expired = number(database, "SELECT total(packets) FROM expired");
  return {
    lines: { read, denials, other, rejected, accounted, holds: read === accounted },
    packets: {
      logged,
      kept,
      inOther: packetsInOthers(database),
      expired,
      holds: logged === kept + expired,
    },
  };
}

function sources(database: Database.Database): SourceStatus[] {
  type Row = {
    kind: string;
    path: string;
    byte_offset: number;
    lines: number;
    last_time: number;
    updated_at: number;
  };
  return database
    .prepare<[], Row>("SELECT * FROM sources ORDER BY id")
    .all()
    .map((row) => ({
      kind: row.kind,
      path: row.path,
      offset: row.byte_offset,
      lines: row.lines,
      ...(row.last_time === 0 ? {} : { lastTime: formatSeen(row.last_time) }),
      updatedAt: formatSeen(row.updated_at),
    }));
}

function losses(database: Database.Database): LossStatus[] {
  type Row = {
    reason: LossReason;
    path: string | null;
    byte_offset: number;
    bytes_max: number | null;
    lines_max: number | null;
    from_time: number | null;
    to_time: number | null;
    seen_at: number;
    recovered_at: number | null;
    detail: string;
  };
  return database
    .prepare<[], Row>(
      "SELECT l.*, s.path FROM losses l LEFT JOIN sources s ON s.id = l.source ORDER BY l.id",
    )
    .all()
    .map((row) => ({
      reason: row.reason,
      ...(row.path === null ? {} : { source: row.path }),
      offset: row.byte_offset,
      ...(row.bytes_max === null ? {} : { bytesMax: row.bytes_max }),
      ...(row.lines_max === null ? {} : { linesMax: row.lines_max }),
      ...(row.from_time === null ? {} : { from: formatSeen(row.from_time) }),
      ...(row.to_time === null ? {} : { to: formatSeen(row.to_time) }),
      seenAt: formatSeen(row.seen_at),
      ...(row.recovered_at === null ? {} : { recoveredAt: formatSeen(row.recovered_at) }),
      detail: row.detail,
    }));
}
