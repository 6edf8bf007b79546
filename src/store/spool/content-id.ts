import { createHash, randomUUID } from "node:crypto";
import type Database from "better-sqlite3";

const ID_CHARACTERS = 16;

/**
 * Names the contents of a database's sources, so that a line is known by the name of its content
 * and its offset, however often and from whatever file it is read again. A database has a name of
 * its own, for two nodes may read logs that begin alike.
 */
export class ContentIds {
  readonly #database: string;
  readonly #ids = new Map<string, string>();

  constructor(database: Database.Database) {
    database.prepare("INSERT INTO meta VALUES ('id', ?) ON CONFLICT DO NOTHING").run(randomUUID());
    this.#database = String(
      database.prepare("SELECT value FROM meta WHERE key = 'id'").pluck().get(),
    );
  }

  /** Of the content that a row of `sources` stands for; a row's number may be given again. */
  of(source: number, begunAt: number): string {
    const key = `${source} ${begunAt}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const hash = createHash("sha256").update(`${this.#database} ${key}`).digest("hex");
    const id = hash.slice(0, ID_CHARACTERS);
    this.#ids.set(key, id);
    return id;
  }
}
