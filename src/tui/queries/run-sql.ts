import { performance } from "node:perf_hooks";
import type Database from "better-sqlite3";
import { formatAddress } from "../../model/address.ts";
import type { SqlTable } from "./ask.ts";

const ROWS_MAX = 1000;
const ADDRESS_BYTES = { 5: 4, 17: 6 } as const;
const BYTES_SHOWN_MAX = 32;

/**
 * Runs one statement of a person's own, on a connection that cannot write.
 *
 * @throws Error of SQLite; RangeError for what gives no rows.
 */
export function runSql(database: Database.Database, text: string): SqlTable {
  const start = performance.now();
  const statement = database.prepare<[], unknown[]>(text);
  if (!statement.reader || !statement.readonly) {
    throw new RangeError("Cannot run it: only statements that read rows are allowed");
  }
  const columns = statement.columns().map(({ name }) => name);
  const rows: string[][] = [];
  let isCut = false;
  for (const row of statement.raw().iterate()) {
    if (rows.length === ROWS_MAX) {
      isCut = true;
      break;
    }
    rows.push(row.map(cellText));
  }
  return { columns, rows, isCut, milliseconds: performance.now() - start };
}

function cellText(value: unknown): string {
  if (value === null) return "";
  if (Buffer.isBuffer(value)) return bytesText(value);
  return typeof value === "string" ? value : String(value as number | bigint);
}

/** Addresses of the schema as people read them, other bytes in hex. */
function bytesText(bytes: Buffer): string {
  const family = ADDRESS_BYTES[bytes.length as keyof typeof ADDRESS_BYTES];
  if (family !== bytes[0]) {
    const hex = bytes.subarray(0, BYTES_SHOWN_MAX).toString("hex");
    return bytes.length > BYTES_SHOWN_MAX ? `${hex}…` : hex;
  }
  if (family === 4) return formatAddress(4, 0, 0, 0, bytes.readUInt32BE(1));
  const word = (index: number) => bytes.readUInt32BE(1 + index * 4);
  return formatAddress(6, word(0), word(1), word(2), word(3));
}
