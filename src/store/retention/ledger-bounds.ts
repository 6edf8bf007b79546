import type Database from "better-sqlite3";
import { lostLinesMax } from "../../model/limits.ts";

/** Rows of the loss ledger; of older ones those of a reason are one. */
export const lossesMax = 1000;
/** Sources that are known each by itself; a log that is rotated becomes another every time. */
export const sourcesMax = 1000;

export const olderSourcesPath = "(older sources)";
/** The offset of a row that stands for several. */
const FOLDED = -1;

/** Keeps the tables small that grow with the age of the database, and their sums as they are. */
export function boundLedger(database: Database.Database): void {
  const rows = (table: string) =>
    database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  if (rows("losses") > lossesMax) database.transaction(() => foldLosses(database)).immediate();
  // One row more stands for all that went.
  if (rows("sources") > sourcesMax + 1) {
    database.transaction(() => foldSources(database)).immediate();
  }
}

/** What was found again after all goes first. */
function foldLosses(database: Database.Database): void {
  const excess = () =>
    (database.prepare("SELECT count(*) FROM losses").pluck().get() as number) - lossesMax;
  database
    .prepare(
      `DELETE FROM losses WHERE id IN (
         SELECT id FROM losses WHERE recovered_at IS NOT NULL ORDER BY seen_at, id LIMIT ?)`,
    )
    .run(excess());
  if (excess() <= 0) return;
  // Rows that stand for others are always among them: so there is one of each reason at most.
  database.exec("CREATE TEMP TABLE folded (id INTEGER PRIMARY KEY)");
  database
    .prepare(
      `INSERT INTO folded SELECT id FROM losses WHERE byte_offset = ${FOLDED}
       UNION SELECT id FROM (SELECT id FROM losses WHERE byte_offset <> ${FOLDED}
         ORDER BY seen_at, id LIMIT ?)`,
    )
    .run(excess());
  // A sum with an unknown part is unknown.
  const sum = (column: string) => `iif(count(*) = count(${column}),
    CAST(min(total(${column}), ${lostLinesMax}) AS INTEGER), NULL)`;
  const rows = `sum(iif(byte_offset = ${FOLDED}, CAST(detail AS INTEGER), 1))`;
  database.exec(`
    INSERT INTO losses (source, reason, byte_offset, lines_max, bytes_max, from_time, to_time,
        seen_at, detail, content_hash)
      SELECT NULL, reason, ${FOLDED}, ${sum("lines_max")}, ${sum("bytes_max")},
        iif(count(*) = count(from_time), min(from_time), NULL), max(to_time), max(seen_at),
        ${rows} || ' older rows', ''
      FROM losses WHERE id IN (SELECT id FROM folded) GROUP BY reason;
    DELETE FROM losses WHERE id IN (SELECT id FROM folded);
    DROP TABLE folded`);
}

function foldSources(database: Database.Database): void {
  database.exec("CREATE TEMP TABLE folded (id INTEGER PRIMARY KEY)");
  database
    .prepare(
      `INSERT INTO folded SELECT id FROM sources WHERE path <> ?
       ORDER BY updated_at DESC, id DESC LIMIT -1 OFFSET ?`,
    )
    .run(olderSourcesPath, sourcesMax);
  const target = olderSources(database);
  const add = (table: string, key: string, counts: readonly string[]) => {
    const sums = counts.map((column) => `sum(${column})`).join(", ");
    const more = counts.map((column) => `${column} = ${column} + excluded.${column}`).join(", ");
    database.exec(`
      INSERT INTO ${table} (source, ${key}, ${counts.join(", ")})
        SELECT ${target}, ${key}, ${sums} FROM ${table}
        WHERE source IN (SELECT id FROM folded) GROUP BY ${key}
        ON CONFLICT DO UPDATE SET ${more};
      DELETE FROM ${table} WHERE source IN (SELECT id FROM folded)`);
  };
  add("source_lines", "kind", ["lines"]);
  add("source_rejects", "reason", ["lines"]);
  add("source_prefixes", "prefix", ["lines", "packets"]);
  database.exec(`
    UPDATE rejected_examples SET source = ${target} WHERE source IN (SELECT id FROM folded);
    UPDATE losses SET source = NULL,
        detail = detail || ' (' || (SELECT path FROM sources WHERE id = source) || ')'
      WHERE source IN (SELECT id FROM folded);
    UPDATE sources SET
        lines = lines + (SELECT sum(lines) FROM sources WHERE id IN (SELECT id FROM folded)),
        updated_at = (SELECT max(updated_at) FROM sources WHERE id IN (SELECT id FROM folded))
      WHERE id = ${target};
    DELETE FROM sources WHERE id IN (SELECT id FROM folded);
    DROP TABLE folded`);
}

/** The row that stands for the sources of before. Nothing is ever recognised as one of them. */
function olderSources(database: Database.Database): number {
  const found = database.prepare("SELECT id FROM sources WHERE path = ?").pluck();
  const known = found.get(olderSourcesPath);
  if (known !== undefined) return known as number;
  const added = database
    .prepare(
      `INSERT INTO sources (kind, path, device, inode, byte_offset, head_bytes, head_hash,
         anchor_bytes, anchor_hash, first_denials, last_time, lines, updated_at)
       VALUES ('file', ?, 0, 0, 0, 0, '', 0, '', '', 0, 0, 0)`,
    )
    .run(olderSourcesPath);
  return Number(added.lastInsertRowid);
}
