import { statSync } from "node:fs";

export type DatabaseBytes = { readonly database: number; readonly wal: number };

/** What a database takes on the disk: its file, and the log of what is not in the file yet. */
export function databaseBytes(path: string): DatabaseBytes {
  const size = (name: string) => statSync(name, { throwIfNoEntry: false })?.size ?? 0;
  return { database: size(path), wal: size(`${path}-wal`) };
}
