import { existsSync, renameSync, rmSync } from "node:fs";
import type Database from "better-sqlite3";
import { initialSchema } from "./migrations/001-initial.ts";
import { spoolSchema } from "./migrations/002-spool.ts";
import { namesSchema } from "./migrations/003-names.ts";
import { closedSourcesSchema } from "./migrations/004-closed-sources.ts";

/** SQL of each schema version after the one before; the position is the version. Append only. */
export const migrations: readonly string[] = [
  initialSchema,
  spoolSchema,
  namesSchema,
  closedSourcesSchema,
];

export const SCHEMA_VERSION = migrations.length;

/**
 * Brings a database to this program's schema. Each step is one transaction, so that whatever ends
 * the program leaves the schema of before or that of after; and a database that is not empty is
 * copied first, for the program that wrote it. `steps` are those of a test.
 *
 * @throws Error when the database comes from a newer program.
 */
export function migrate(database: Database.Database, path: string, steps = migrations): void {
  const version = schemaVersion(database);
  if (version > steps.length) {
    throw new Error(
      `Cannot use database "${path}": its schema is version ${version}, this denyscope knows ` +
        `${steps.length}; use the newer denyscope that wrote it`,
    );
  }
  if (version > 0 && version < steps.length) keepCopy(database, path, version);
  for (const [index, sql] of steps.entries()) {
    const step = database.transaction(() => {
      // Another process may have come first.
      if (schemaVersion(database) !== index) return;
      database.exec(sql);
      database.pragma(`user_version = ${index + 1}`);
    });
    if (schemaVersion(database) === index) step.immediate();
  }
}

/** Where a database is kept as it was before its schema was changed. */
export function copyBeforeMigration(path: string, version: number): string {
  return `${path}.schema-${version}`;
}

function keepCopy(database: Database.Database, path: string, version: number): void {
  const copy = copyBeforeMigration(path, version);
  if (existsSync(copy)) return;
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { force: true });
  database.prepare("VACUUM INTO ?").run(unfinished);
  renameSync(unfinished, copy);
}

export function schemaVersion(database: Database.Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}
