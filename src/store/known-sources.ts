import type Database from "better-sqlite3";
import type { Checkpoint } from "../model/counted-batch.ts";

type StoredSource = {
  readonly id: number;
  readonly kind: Checkpoint["kind"];
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly byte_offset: number;
  readonly head_bytes: number;
  readonly head_hash: string;
  readonly anchor_bytes: number;
  readonly anchor_hash: string;
  readonly first_denials: string;
  readonly last_time: number;
  readonly loss_hash: string;
  readonly cursor: string;
  readonly begun_at: number;
  readonly is_closed: 0 | 1;
};

/** How far each source of lines has been counted, newest first. */
export function knownSources(database: Database.Database): Checkpoint[] {
  const rows = database
    .prepare<[], StoredSource>(
      `SELECT *, coalesce((
         SELECT content_hash FROM losses WHERE source = sources.id AND recovered_at IS NULL
           AND reason <> 'reported'
         ORDER BY byte_offset DESC LIMIT 1
       ), '') AS loss_hash FROM sources WHERE kind <> 'stdin' ORDER BY id DESC`,
    )
    .all();
  return rows.map((row) => ({
    source: row.id,
    kind: row.kind,
    path: row.path,
    device: row.device,
    inode: row.inode,
    offset: row.byte_offset,
    headBytes: row.head_bytes,
    headHash: row.head_hash,
    anchorBytes: row.anchor_bytes,
    anchorHash: row.anchor_hash,
    firstDenials: row.first_denials === "" ? [] : row.first_denials.split(" "),
    lastTime: row.last_time,
    lossHash: row.loss_hash,
    cursor: row.cursor,
    begunAt: row.begun_at,
    isClosed: row.is_closed === 1,
  }));
}
