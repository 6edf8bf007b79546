import Database from "better-sqlite3";
import { openForReading } from "./open.ts";

export type Holder = { readonly role: "agent" | "import"; readonly pid: number };

/**
 * Keeps other writers away while this process lives: an exclusive transaction on a file beside the
 * database, which the kernel ends with the process, and which readers do not touch.
 *
 * @throws Error that names the process that holds it.
 */
export class DatabaseLock implements Disposable {
  readonly #lock: Database.Database;

  constructor(path: string) {
    this.#lock = new Database(`${path}-lock`, { timeout: 0 });
    try {
      this.#lock.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      this.#lock.close();
      if ((error as { code?: unknown }).code !== "SQLITE_BUSY") throw error;
      throw new Error(`Cannot write to database "${path}": ${describeHolder(path)}`, {
        cause: error,
      });
    }
  }

  [Symbol.dispose](): void {
    this.#lock.close();
  }
}

/** Says in the database who holds it, for the message of those that are refused. */
export function announceHolder(database: Database.Database, holder: Holder): void {
  database
    .prepare(
      "INSERT INTO meta VALUES ('holder', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    )
    .run(JSON.stringify(holder));
}

function describeHolder(path: string): string {
  try {
    const database = openForReading(path);
    const text = database.prepare("SELECT value FROM meta WHERE key = 'holder'").pluck().get();
    database.close();
    const { role, pid } = JSON.parse(String(text)) as Holder;
    return `a running ${role} with pid ${pid} holds it; stop it first, or name another with --db`;
  } catch {
    return "another denyscope holds it; stop it first, or name another with --db";
  }
}
