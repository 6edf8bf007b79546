import type Database from "better-sqlite3";
import { MICROS_PER_DAY, MICROS_PER_HOUR } from "../../model/time-unit.ts";
import { keptFrom } from "./kept-from.ts";
import { rowsPerStepMax } from "./oldest-rows.ts";

/** A pod that is gone and in no flow stays for so long: its lines may come late. */
const GONE_MICROS = MICROS_PER_DAY;
/** To find those that no flow uses reads all flows, so that is done for so many, and not often. */
const GONE_PODS_MIN = 1000;
const LOOK_EVERY_MICROS = MICROS_PER_HOUR;

/**
 * Removes names that nothing uses any more: leases that ended before all that is counted, and pods
 * that are gone and have no flow.
 */
export class UnusedNames {
  readonly #database: Database.Database;
  readonly #removeLeases: Database.Statement;
  readonly #countGone: Database.Statement<[number], number>;
  readonly #removePods: Database.Statement;
  #leasesFrom = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#removeLeases = database.prepare("DELETE FROM leases WHERE to_time < ?");
    this.#countGone = database
      .prepare<[number], number>("SELECT count(*) FROM pods WHERE to_time < ?")
      .pluck();
    const hashOf = (column: string) => `SELECT substr(${column}, -11) FROM flows`;
    this.#removePods = database.prepare(
      `DELETE FROM pods WHERE id IN (
         SELECT id FROM pods WHERE to_time < ? AND hash NOT IN (
           ${hashOf("in_interface")} UNION ${hashOf("out_interface")}
           UNION SELECT hash FROM leases
         ) LIMIT ${rowsPerStepMax})`,
    );
  }

  /** Removes some; false when there are none. `now` is microseconds since the epoch. */
  step(now: number): boolean {
    const from = keptFrom(this.#database).day * MICROS_PER_DAY;
    if (from > this.#leasesFrom) {
      this.#leasesFrom = from;
      if (this.#removeLeases.run(from).changes > 0) return true;
    }
    if (now - this.#lookedAt < LOOK_EVERY_MICROS) return false;
    if (this.#countGone.get(now - GONE_MICROS)! < GONE_PODS_MIN) return false;
    const { changes } = this.#removePods.run(now - GONE_MICROS);
    if (changes < rowsPerStepMax) this.#lookedAt = now;
    return changes > 0;
  }
}
