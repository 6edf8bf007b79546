import { createHash } from "node:crypto";
import Database from "better-sqlite3";
import { whileUnwritten } from "./while-unwritten.ts";

type Row = readonly (string | number | Buffer | null)[];

/** All that is counted in a database, with names instead of row ids, in an order of its own. */
export type Counted = {
  readonly counts: readonly string[];
  /** What is known of the files, but for when that was. */
  readonly sources: readonly string[];
  /** A hash of the recent denials, in their order. */
  readonly recent: string;
};

const flowKey = `hex(f.src), hex(f.dst), f.protocol, f.dst_port, f.icmp_type, f.icmp_code,
  f.in_interface, f.out_interface, p.text, p.verdict, n.name, f.kind`;

const countsPer = (unit: string) => `
  SELECT '${unit}', c.${unit}, ${flowKey}, sum(c.packets), sum(c.attempts), sum(c.bytes),
    max(c.tcp_flags), min(c.first_seen), max(c.last_seen)
  FROM flow_${unit}s c JOIN flows f ON f.id = c.flow
  JOIN prefixes p ON p.id = f.prefix JOIN nodes n ON n.id = f.node
  GROUP BY c.${unit}, f.id`;

const followUpsPer = (unit: string) => `
  SELECT 'follow-ups of ${unit}', c.${unit}, ${flowKey}, c.established, c.reset, c.icmp_error
  FROM flow_${unit}s c JOIN flows f ON f.id = c.flow
  JOIN prefixes p ON p.id = f.prefix JOIN nodes n ON n.id = f.node
  WHERE c.established + c.reset + c.icmp_error > 0`;

const countQueries = [
  ...["minute", "hour", "day"].flatMap((unit) => [countsPer(unit), followUpsPer(unit)]),
  "SELECT 'flows', count(*) FROM flows",
  "SELECT 'read', total(lines) FROM sources",
  "SELECT 'line', kind, sum(lines) FROM source_lines GROUP BY kind",
  "SELECT 'rejected', reason, sum(lines) FROM source_rejects GROUP BY reason",
  `SELECT 'prefix', p.text, sum(s.lines), sum(s.packets)
   FROM source_prefixes s JOIN prefixes p ON p.id = s.prefix GROUP BY p.id`,
  "SELECT 'upper bound', minute FROM upper_bound_minutes",
  "SELECT 'expired', kind, packets FROM expired",
];

const sourceQueries = [
  `SELECT id, kind, path, byte_offset, head_bytes, head_hash, anchor_bytes, anchor_hash,
     first_denials, last_time, lines FROM sources`,
  "SELECT 'loss', source, reason, byte_offset, recovered_at IS NOT NULL FROM losses",
];

export function countedIn(path: string): Counted {
  return reading(path, (database) => {
    const linesOf = (sql: string) =>
      database
        .prepare<[], Row>(sql)
        .raw()
        .all()
        .map((row) => row.join(" "));
    const recent = createHash("sha256");
    const denials = database.prepare<[], { time: number; line: Buffer }>(
      "SELECT time, line FROM recent_denials ORDER BY id",
    );
    for (const { time, line } of denials.iterate()) recent.update(`${time} `).update(line);
    return {
      counts: countQueries.flatMap(linesOf).toSorted(),
      sources: sourceQueries.flatMap(linesOf),
      recent: recent.digest("hex"),
    };
  });
}

/** What stands in one of two lists only: short where two long ones differ in little. */
export function differences(got: readonly string[], wanted: readonly string[]): readonly string[] {
  const without = (of: readonly string[], those: readonly string[]) => {
    const set = new Set(those);
    return of.filter((line) => !set.has(line));
  };
  const SHOWN_MAX = 10;
  const more = without(got, wanted).map((line) => `got ${line}`);
  const missing = without(wanted, got).map((line) => `wanted ${line}`);
  const all = got.length === wanted.length ? [] : [`${got.length} lines, not ${wanted.length}`];
  return [...all, ...more.slice(0, SHOWN_MAX), ...missing.slice(0, SHOWN_MAX)];
}

/** Whether nothing was read yet of the content that was begun last. */
export function isLatestEmpty(path: string): boolean {
  const sql = "SELECT head_bytes + byte_offset FROM sources ORDER BY id DESC LIMIT 1";
  return valueIfAny(path, sql) === 0;
}

/** How far the only source is committed; undefined before its first commit. */
export const committedOffset = whileUnwritten((path) =>
  valueIfAny(path, "SELECT byte_offset FROM sources"),
);

/** Packets of all days; 0 before the first commit. */
export function packetsIn(path: string): number {
  return valueIfAny(path, "SELECT total(packets) FROM flow_days") ?? 0;
}

function valueIfAny(path: string, sql: string): number | undefined {
  try {
    return reading(path, (database) => database.prepare<[], number>(sql).pluck().get());
  } catch {
    // There is no file yet, or no table in it.
    return undefined;
  }
}

/** `ok`, or what SQLite has found. */
export function integrityOf(path: string): string {
  return reading(path, (database) => String(database.pragma("integrity_check", { simple: true })));
}

/** Packets in flow_minutes, flow_hours and flow_days. */
export function packetSums(path: string): readonly number[] {
  return reading(path, (database) =>
    ["minute", "hour", "day"].map((unit) =>
      Number(database.prepare(`SELECT total(packets) FROM flow_${unit}s`).pluck().get()),
    ),
  );
}

export function reading<Result>(
  path: string,
  look: (database: Database.Database) => Result,
): Result {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return look(database);
  } finally {
    database.close();
  }
}
