import type Database from "better-sqlite3";
import type { PodChanges } from "../../model/known-pod.ts";

/** The pods that were seen on the node, also those that are gone. */
export class PodRows {
  readonly #add: Database.Statement;
  readonly #end: Database.Statement;
  readonly #endAll: Database.Statement;

  constructor(database: Database.Database) {
    this.#add = database.prepare(
      `INSERT INTO pods (hash, namespace, name, uid, from_time)
       VALUES (@hash, @namespace, @name, @uid, @from)
       ON CONFLICT (uid, namespace, name) DO UPDATE SET to_time = NULL,
         from_time = min(from_time, excluded.from_time)`,
    );
    this.#end = database.prepare("UPDATE pods SET to_time = ? WHERE uid = ? AND to_time IS NULL");
    this.#endAll = database.prepare("UPDATE pods SET to_time = ? WHERE to_time IS NULL");
  }

  /** In the open transaction. */
  change({ appeared, gone, isComplete, time }: PodChanges): void {
    if (isComplete) this.#endAll.run(time);
    for (const uid of gone) this.#end.run(time, uid);
    for (const pod of appeared) this.#add.run(pod);
  }
}
