import type Database from "better-sqlite3";
import { initialSchema } from "./migrations/001-initial.ts";

/** SQL of each schema version after the one before; the position is the version. Append only. */
const migrations: readonly string[] = [initialSchema];

export const SCHEMA_VERSION = migrations.length;

/**
 * Brings a database to this program's schema, in one transaction.
 *
 * @throws Error when the database comes from a newer program.
 */
export function migrate(database: Database.Database, path: string): void {
  const upgrade = database.transaction(() => {
    const version = schemaVersion(database);
    if (version > SCHEMA_VERSION) {
      throw new Error(
        `Cannot use database "${path}": its schema is version ${version}, this denyscope knows ` +
          `${SCHEMA_VERSION}; use the newer denyscope that wrote it`,
      );
    }
    for (const sql of migrations.slice(version)) database.exec(sql);
    database.pragma(`user_version = ${SCHEMA_VERSION}`);
  });
  upgrade.immediate();
}

export function schemaVersion(database: Database.Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}
