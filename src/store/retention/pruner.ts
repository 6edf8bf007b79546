import type Database from "better-sqlite3";
import type { Retention } from "../../model/retention.ts";
import { MICROS_PER_MINUTE, MINUTES_PER_DAY, MINUTES_PER_HOUR } from "../../model/time-unit.ts";
import { spanUnits, type SpanUnit } from "./kept-from.ts";
import { OldestRows, rowsPerStepMax } from "./oldest-rows.ts";
import { type SessionFlows, UnusedFlows } from "./unused-flows.ts";
import { UnusedNames } from "./unused-names.ts";

/** Given back to the file system in one transaction: 1 MiB. */
const vacuumPagesPerStepMax = 256;
/** At most 64 MiB when the writer ends. */
const vacuumStepsAtEndMax = 64;
/** So much of the file may be free: pages are taken again before the file grows. */
const FREE_SHARE_MAX = 1 / 4;
/** So much of the bound is kept free for the next commit; a larger one exceeds it by the rest. */
const ROOM_SHARE_MAX = 1 / 4;
/** To find unused flows reads all days, so that is done when so many flows may have become some. */
const UNUSED_SHARE = 1 / 8;

const unitMicros: Readonly<Record<SpanUnit, number>> = {
  minute: MICROS_PER_MINUTE,
  hour: MICROS_PER_MINUTE * MINUTES_PER_HOUR,
  day: MICROS_PER_MINUTE * MINUTES_PER_DAY,
};

/**
 * Removes what is too old, and the oldest where there is too much: counts of minutes first, then of
 * hours, then of days, whose packets are accounted for as expired, then flows of which no day is
 * left. All in small transactions between those of the writer.
 */
export class Pruner {
  readonly #database: Database.Database;
  readonly #retention: Retention;
  readonly #session: SessionFlows;
  readonly #oldest: Readonly<Record<SpanUnit, OldestRows>>;
  readonly #names: UnusedNames;
  readonly #pageBytes: number;
  #usedBytes: number;
  #daysRemoved = 0;
  #flowsKept = 0;
  #unused: UnusedFlows | undefined;
  #daysRemovedBefore = 0;
  /** The session that must end before flows can go: it knows too many of them. */
  #sessionToEnd: number | undefined;

  constructor(database: Database.Database, retention: Retention, session: SessionFlows) {
    this.#database = database;
    this.#retention = retention;
    this.#session = session;
    this.#oldest = {
      minute: new OldestRows(database, "minute"),
      hour: new OldestRows(database, "hour"),
      day: new OldestRows(database, "day"),
    };
    this.#names = new UnusedNames(database);
    this.#pageBytes = this.#pragma("page_size");
    this.#usedBytes = this.#bytesInUse();
  }

  /** Whether flows can go only when the counting session ends. */
  get wantsNewSession(): boolean {
    return this.#sessionToEnd === this.#session.sessions;
  }

  /**
   * After a commit: makes the database so small that another commit like it fits. Where much has to
   * go, because the bound was made smaller, twice of what was added goes, and the rest after the
   * next commits.
   */
  shrink(): void {
    const added = Math.max(this.#bytesInUse() - this.#usedBytes, 0);
    const { databaseBytesMax } = this.#retention;
    const room = Math.min(added, databaseBytesMax * ROOM_SHARE_MAX);
    const target = Math.max(databaseBytesMax - room, this.#usedBytes - added);
    while (this.#bytesInUse() > target && this.#removeOldest()) {}
    this.#usedBytes = this.#bytesInUse();
  }

  /** Gives back what the file is too large by, as far as it is free, and not for long. */
  end(): void {
    for (let step = 0; step < vacuumStepsAtEndMax && this.#giveBack(); step++) {}
  }

  /** A small step of what there is to do besides; false when nothing is. `now` in microseconds. */
  step(now: number): boolean {
    if (this.#bytesInUse() > this.#retention.databaseBytesMax && this.#removeOldest()) return true;
    return (
      this.#removeExpired(now) || this.#removeFlows() || this.#removeNames(now) || this.#giveBack()
    );
  }

  #removeOldest(): boolean {
    return this.#removeFlows() || spanUnits.some((unit) => this.#remove(unit, Infinity));
  }

  #removeExpired(now: number): boolean {
    const { keep } = this.#retention;
    if (keep === undefined) return false;
    return spanUnits.some((unit, index) => {
      const longer = unitMicros[spanUnits[index + 1] ?? "day"];
      // Whole hours of minutes, whole days of hours.
      const from = Math.floor((now - keep[unit]) / longer) * longer;
      return this.#remove(unit, from / unitMicros[unit]);
    });
  }

  #remove(unit: SpanUnit, before: number): boolean {
    const upTo = Math.min(before, Number.MAX_SAFE_INTEGER);
    const removed = this.#database
      .transaction(() => this.#oldest[unit].removeSome(upTo))
      .immediate();
    if (unit === "day") this.#daysRemoved += removed;
    return removed > 0;
  }

  /** Flows of which no day is left, when there may be many. */
  #removeFlows(): boolean {
    if (this.#unused === undefined && !this.#mayFindUnused()) return false;
    this.#unused ??= new UnusedFlows(this.#database, this.#session);
    if (this.#unused.removeSome()) return true;
    if (this.#unused.isDone) {
      this.#flowsKept = this.#unused.kept;
      this.#daysRemoved -= this.#daysRemovedBefore;
    }
    this.#unused = undefined;
    return false;
  }

  #mayFindUnused(): boolean {
    if (this.#daysRemoved < Math.max(rowsPerStepMax, this.#flowsKept * UNUSED_SHARE)) return false;
    if (this.#session.flowsInUse.length > 0) this.#sessionToEnd ??= this.#session.sessions;
    if (this.wantsNewSession) return false;
    this.#sessionToEnd = undefined;
    this.#daysRemovedBefore = this.#daysRemoved;
    return true;
  }

  /** By their age, as the counts: an import forgets none. */
  #removeNames(now: number): boolean {
    return this.#retention.keep !== undefined && this.#names.step(now);
  }

  /** Pages that are free, when they are many, or when the file is too large. */
  #giveBack(): boolean {
    const pages = this.#pragma("page_count");
    const free = this.#pragma("freelist_count");
    const isTooLarge = pages * this.#pageBytes > this.#retention.databaseBytesMax;
    if (free === 0 || (free < pages * FREE_SHARE_MAX && !isTooLarge)) return false;
    this.#database.pragma(`incremental_vacuum(${vacuumPagesPerStepMax})`);
    return this.#pragma("freelist_count") < free;
  }

  #bytesInUse(): number {
    return (this.#pragma("page_count") - this.#pragma("freelist_count")) * this.#pageBytes;
  }

  #pragma(name: string): number {
    return Number(this.#database.pragma(name, { simple: true }));
  }
}
