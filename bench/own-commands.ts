import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { denyscope } from "./counts-per-key.ts";
import type { Command } from "./measure.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles what counts in memory to a folder, as scripts/build-program.mjs does with the program.
 * Resolves to what parses and aggregates a file in memory and prints the count of each key.
 */
export async function bundledCounter(folder: string): Promise<(log: string) => Command> {
  const file = join(folder, "program", "count-in-memory.mjs");
  cpSync(join(root, "dist", "engine.wasm"), join(folder, "engine.wasm"));
  const input = "bench/count-in-memory.ts";
  const bundle = await rolldown({ cwd: root, input, platform: "node", tsconfig: true });
  await bundle.write({ file, format: "esm" });
  await bundle.close();
  return (log) => ({ program: process.execPath, args: [file, log] });
}

/** The same, into a database. */
export function importInto(database: string, log: string): Command {
  return { program: process.execPath, args: [denyscope, "import", log, "--db", database] };
}

export function removeDatabase(database: string): void {
  for (const suffix of ["", "-wal", "-shm", "-lock"]) rmSync(database + suffix, { force: true });
}
