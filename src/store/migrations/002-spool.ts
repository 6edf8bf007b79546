/**
 * The spool, in chunks: a commit adds one row for many messages. `body` is compressed by zstd; what
 * is in it, src/store/spool/ says. A position (chunk, record) is that of the first record that a
 * destination has not settled, or not been sent (reading). Nothing was ever written to the tables
 * of the first schema.
 */
export const spoolSchema = `
DROP TABLE dead_letters;
DROP TABLE destinations;
DROP TABLE spool;

CREATE TABLE spool (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('events', 'flows', 'notices')),
  added_at INTEGER NOT NULL,
  records INTEGER NOT NULL,
  node TEXT NOT NULL,
  content TEXT NOT NULL,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE flow_deltas (
  interval_start INTEGER NOT NULL,
  flow INTEGER NOT NULL,
  packets INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  tcp_flags INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (interval_start, flow)
) STRICT, WITHOUT ROWID;

CREATE TABLE destinations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  chunk INTEGER NOT NULL,
  record INTEGER NOT NULL DEFAULT 0,
  reading_chunk INTEGER NOT NULL,
  reading_record INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  acknowledged INTEGER NOT NULL DEFAULT 0,
  resent INTEGER NOT NULL DEFAULT 0,
  settled_at INTEGER,
  last_error TEXT,
  last_error_at INTEGER,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE destination_drops (
  destination INTEGER NOT NULL REFERENCES destinations,
  reason TEXT NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY (destination, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY,
  destination INTEGER NOT NULL REFERENCES destinations,
  event TEXT NOT NULL,
  reason TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  message BLOB NOT NULL
) STRICT;

DROP INDEX losses_by_place;
CREATE UNIQUE INDEX losses_by_place ON losses (source, reason, byte_offset)
  WHERE reason NOT IN ('reported', 'not-forwarded');
CREATE UNIQUE INDEX losses_by_destination ON losses (content_hash, detail, byte_offset)
  WHERE reason = 'not-forwarded';
`;
