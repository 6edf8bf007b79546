import { MICROS_PER_HOUR } from "../../model/time-unit.ts";

/**
 * The first schema. docs/database.md says in a sentence what each table is for.
 *
 * Addresses are BLOBs: one byte of family (4 or 6), then the address in network order. So all of
 * IPv4 sorts before all of IPv6, and a CIDR block is one range of them. A number that the
 * kernel did not print is -1. That a flow has one row is kept by the one writer, for a unique index
 * of all its columns would take most of the time of a commit. The tables that may take a row for
 * nearly every line (flows, the three of counts, recent_denials) do without checked references,
 * which would cost a tenth of the time of an import: the writer gives out the ids that they hold.
 */
export const initialSchema = `
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE nodes (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE prefixes (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE,
  verdict TEXT NOT NULL CHECK (verdict IN ('denied', 'allowed', 'audit', 'unknown')),
  tier TEXT,
  kind TEXT,
  policy TEXT,
  is_cut INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE endpoints (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('pod', 'node', 'network', 'ambiguous')),
  namespace TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  uid TEXT NOT NULL DEFAULT '',
  workload TEXT NOT NULL DEFAULT '',
  UNIQUE (kind, namespace, name, uid)
) STRICT;

CREATE TABLE leases (
  id INTEGER PRIMARY KEY,
  endpoint INTEGER NOT NULL REFERENCES endpoints,
  interface TEXT NOT NULL DEFAULT '',
  address BLOB NOT NULL DEFAULT x'',
  from_time INTEGER NOT NULL,
  to_time INTEGER,
  UNIQUE (interface, address, from_time)
) STRICT;

CREATE TABLE flows (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL DEFAULT 0 CHECK (kind IN (0, 1, 2)),
  src BLOB NOT NULL,
  dst BLOB NOT NULL,
  protocol INTEGER NOT NULL,
  dst_port INTEGER NOT NULL,
  icmp_type INTEGER NOT NULL,
  icmp_code INTEGER NOT NULL,
  in_interface TEXT NOT NULL,
  out_interface TEXT NOT NULL,
  prefix INTEGER NOT NULL,
  node INTEGER NOT NULL,
  src_endpoint INTEGER NOT NULL DEFAULT 0,
  dst_endpoint INTEGER NOT NULL DEFAULT 0
) STRICT;

${countsTable("minute")}
${countsTable("hour")}
${countsTable("day")}

CREATE TABLE upper_bound_minutes (
  minute INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE open_attempts (
  kind TEXT NOT NULL CHECK (kind IN ('connection', 'copy')),
  first_ordinal INTEGER NOT NULL,
  count INTEGER NOT NULL,
  forgotten_time INTEGER,
  keys BLOB NOT NULL,
  times BLOB NOT NULL,
  PRIMARY KEY (kind, first_ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE recent_denials (
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  flow INTEGER NOT NULL,
  line BLOB NOT NULL
) STRICT;

CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'archive', 'journald', 'kmsg', 'stdin')),
  path TEXT NOT NULL,
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  byte_offset INTEGER NOT NULL,
  cursor TEXT NOT NULL DEFAULT '',
  head_bytes INTEGER NOT NULL,
  head_hash TEXT NOT NULL,
  anchor_bytes INTEGER NOT NULL,
  anchor_hash TEXT NOT NULL,
  first_denials TEXT NOT NULL,
  last_time INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  begun_at INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sources_by_head ON sources (head_hash);

CREATE TABLE source_lines (
  source INTEGER NOT NULL REFERENCES sources,
  kind TEXT NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (source, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_rejects (
  source INTEGER NOT NULL REFERENCES sources,
  reason TEXT NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (source, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_prefixes (
  source INTEGER NOT NULL REFERENCES sources,
  prefix INTEGER NOT NULL REFERENCES prefixes,
  lines INTEGER NOT NULL,
  packets INTEGER NOT NULL,
  PRIMARY KEY (source, prefix)
) STRICT, WITHOUT ROWID;

CREATE TABLE rejected_examples (
  id INTEGER PRIMARY KEY,
  reason TEXT NOT NULL,
  source INTEGER NOT NULL REFERENCES sources,
  seen_at INTEGER NOT NULL,
  line BLOB NOT NULL
) STRICT;
CREATE INDEX rejected_examples_by_reason ON rejected_examples (reason, id);

CREATE TABLE losses (
  id INTEGER PRIMARY KEY,
  source INTEGER REFERENCES sources,
  reason TEXT NOT NULL,
  byte_offset INTEGER NOT NULL,
  lines_max INTEGER,
  bytes_max INTEGER,
  from_time INTEGER,
  to_time INTEGER,
  seen_at INTEGER NOT NULL,
  recovered_at INTEGER,
  detail TEXT NOT NULL,
  content_hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX losses_by_place ON losses (source, reason, byte_offset)
  WHERE reason <> 'reported';
CREATE UNIQUE INDEX losses_by_hour ON losses (source, detail, to_time / ${MICROS_PER_HOUR})
  WHERE reason = 'reported';

CREATE TABLE expired (
  kind TEXT PRIMARY KEY,
  packets INTEGER NOT NULL,
  rows INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE destinations (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  options TEXT NOT NULL,
  cursor INTEGER NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  acknowledged INTEGER NOT NULL DEFAULT 0,
  resent INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE spool (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('event', 'flow', 'notice')),
  event TEXT NOT NULL,
  time INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;

CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY,
  destination INTEGER NOT NULL REFERENCES destinations,
  event TEXT NOT NULL,
  reason TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
`;

function countsTable(unit: string): string {
  return `
CREATE TABLE flow_${unit}s (
  ${unit} INTEGER NOT NULL,
  flow INTEGER NOT NULL,
  packets INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  tcp_flags INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  established INTEGER NOT NULL DEFAULT 0,
  reset INTEGER NOT NULL DEFAULT 0,
  icmp_error INTEGER NOT NULL DEFAULT 0,
  sources BLOB,
  PRIMARY KEY (${unit}, flow)
) STRICT, WITHOUT ROWID;`;
}
