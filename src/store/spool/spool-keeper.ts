import type Database from "better-sqlite3";
import { dropReasonHelp, type SpoolDrop, type SpoolPlan } from "../../model/spool.ts";
import { MICROS_PER_HOUR } from "../../model/time-unit.ts";
import { packRecords } from "./chunk-body.ts";
import type { DestinationRows } from "./destination-rows.ts";
import { DueFlows } from "./due-flows.ts";
import type { SpoolRows } from "./spool-rows.ts";

/** Chunks that go in one transaction. */
const DROPS_PER_STEP_MAX = 500;

/**
 * Between the transactions of the writer: spools the flows of intervals that have ended, removes
 * what all destinations have, and keeps the spool within its bounds. A bound moves the slowest
 * destination on and no other; what it does not get then is a row in the ledger.
 */
export class SpoolKeeper {
  readonly #database: Database.Database;
  readonly #plan: SpoolPlan;
  readonly #rows: SpoolRows;
  readonly #destinations: DestinationRows;
  readonly #due: DueFlows | undefined;
  readonly #enterLoss: Database.Statement;

  constructor(
    database: Database.Database,
    plan: SpoolPlan,
    rows: SpoolRows,
    destinations: DestinationRows,
  ) {
    this.#database = database;
    this.#plan = plan;
    this.#rows = rows;
    this.#destinations = destinations;
    if (plan.flows) this.#due = new DueFlows(database, plan.intervalMinutes, plan.podInterfaces);
    // One row for each destination and hour.
    this.#enterLoss = database.prepare(
      `INSERT INTO losses (source, reason, byte_offset, lines_max, from_time, to_time, seen_at,
         detail, content_hash)
       VALUES (NULL, 'not-forwarded', @hour, @messages, @from, @now, @now, @detail, @destination)
       ON CONFLICT (content_hash, detail, byte_offset) WHERE reason = 'not-forwarded'
       DO UPDATE SET lines_max = lines_max + excluded.lines_max, to_time = excluded.to_time,
         seen_at = excluded.seen_at`,
    );
  }

  get bytes(): number {
    return this.#rows.bytes;
  }

  /** The newest chunk. */
  get last(): number {
    return this.#rows.last;
  }

  /**
   * A little of what there is to do; false when nothing is. `told` gets what was dropped. `now` is
   * microseconds since the epoch.
   */
  step(now: number, told: (drop: SpoolDrop) => void): boolean {
    const drops: SpoolDrop[] = [];
    try {
      const isMore = this.#database
        .transaction(() => {
          while (drops.length < DROPS_PER_STEP_MAX && this.#isOver(now)) {
            const drop = this.#dropOldest(now);
            if (drop !== undefined) drops.push(drop);
          }
          return drops.length > 0 || this.#removeDelivered() || this.#spoolFlows(now);
        })
        .immediate();
      for (const drop of drops) told(drop);
      return isMore;
    } catch (error) {
      this.#rows.reload();
      throw error;
    }
  }

  #spoolFlows(now: number): boolean {
    const flows = this.#due?.take(now);
    if (flows === undefined) return false;
    if (flows.length > 0) {
      const body = packRecords(flows);
      this.#rows.add({ kind: "flows", records: flows.length, content: "", body }, now);
    }
    return true;
  }

  #removeDelivered(): boolean {
    const { slowest } = this.#destinations;
    return slowest !== undefined && this.#rows.removeSome(slowest.chunk);
  }

  #isFull(): boolean {
    return this.#rows.bytes > this.#plan.bytesMax;
  }

  #isOver(now: number): boolean {
    const { oldest } = this.#rows;
    if (oldest === undefined) return false;
    return this.#isFull() || oldest.added_at < now - this.#plan.ageMax;
  }

  /** The oldest chunk goes; or, where somebody does not have it, that destination is moved on. */
  #dropOldest(now: number): SpoolDrop | undefined {
    const oldest = this.#rows.oldest!;
    const { slowest } = this.#destinations;
    if (slowest === undefined || slowest.chunk > oldest.id) {
      this.#rows.removeSome(oldest.id + 1);
      return undefined;
    }
    const { name, chunk, record } = slowest;
    const reason = this.#isFull() ? "spool-full" : "spool-expired";
    const messages = oldest.records - (chunk === oldest.id ? record : 0);
    this.#destinations.skip(name, oldest.id + 1, reason, messages, now);
    this.#enterLoss.run({
      hour: Math.floor(now / MICROS_PER_HOUR),
      messages,
      from: oldest.added_at,
      now,
      detail: `${dropReasonHelp[reason]}: ${name}`,
      destination: name,
    });
    return { destination: name, reason, messages };
  }
}
