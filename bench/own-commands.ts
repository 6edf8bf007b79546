import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { denyscope } from "./counts-per-key.ts";
import type { Command } from "./measure.ts";

const counter = fileURLToPath(new URL("count-in-memory.mjs", import.meta.url));

/** Parses and aggregates a file in memory and prints the count of each key. */
export function countInMemory(log: string): Command {
  return { program: process.execPath, args: [counter, log] };
}

/** The same, into a database. */
export function importInto(database: string, log: string): Command {
  return { program: process.execPath, args: [denyscope, "import", log, "--db", database] };
}

export function removeDatabase(database: string): void {
  for (const suffix of ["", "-wal", "-shm", "-lock"]) rmSync(database + suffix, { force: true });
}
