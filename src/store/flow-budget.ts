import type Database from "better-sqlite3";
import { type FlowBounds, KIND_FLOW } from "../model/flow-bounds.ts";

/** Minutes of which the rows are remembered; lines come in the order of time, nearly. */
const MINUTES_MAX = 4;

type MinuteRows = {
  /** Row ids of flows that have counts in the minute. */
  readonly flows: Set<number>;
  readonly others: Set<number>;
  heavy: number;
};

/** Which flows may have counts of their own in a minute. What it has forgotten, it reads again. */
export class FlowBudget {
  readonly #bounds: FlowBounds;
  readonly #minutes = new Map<number, MinuteRows>();
  readonly #rowsOf: Database.Statement<[number], [flow: number, kind: number]>;
  #minute = Number.NaN;
  #rows: MinuteRows = { flows: new Set(), others: new Set(), heavy: 0 };

  constructor(database: Database.Database, bounds: FlowBounds) {
    this.#bounds = bounds;
    this.#rowsOf = database
      .prepare<[number], [flow: number, kind: number]>(
        `SELECT m.flow, f.kind FROM flow_minutes m JOIN flows f ON f.id = m.flow
         WHERE m.minute = ?`,
      )
      .raw();
  }

  /** Says which minute the next questions are about. `settle` writes the rows that wait. */
  goTo(minute: number, settle: () => void): void {
    if (minute === this.#minute) return;
    let rows = this.#minutes.get(minute);
    if (rows === undefined) {
      settle();
      rows = this.#read(minute);
      const [oldest] = this.#minutes.keys();
      if (this.#minutes.size >= MINUTES_MAX && oldest !== undefined) this.#minutes.delete(oldest);
    } else {
      this.#minutes.delete(minute);
    }
    this.#minutes.set(minute, rows);
    this.#minute = minute;
    this.#rows = rows;
  }

  /** Whether a flow that is new may get a row. */
  get hasRoom(): boolean {
    return this.#rows.flows.size < this.#bounds.flowsPerMinuteMax;
  }

  isHeavy(packets: number): boolean {
    const { heavyPacketsMin, heavyRowsPerMinuteMax } = this.#bounds;
    return packets >= heavyPacketsMin && this.#rows.heavy < heavyRowsPerMinuteMax;
  }

  /** Enters a flow that has a row; false when the minute has too many even of these. */
  keeps(flow: number, packets: number): boolean {
    const { flows } = this.#rows;
    if (flows.has(flow)) return true;
    if (flows.size >= 2 * this.#bounds.flowsPerMinuteMax) {
      if (!this.isHeavy(packets)) return false;
      this.#rows.heavy++;
    }
    flows.add(flow);
    return true;
  }

  /** Enters a flow that gets its row for being heavy. */
  addHeavy(flow: number): void {
    this.#rows.heavy++;
    this.#rows.flows.add(flow);
  }

  /** Whether an `other` row may have counts; `row` is its id, if it is there. */
  takesOther(row: number | undefined): boolean {
    const { others } = this.#rows;
    return (
      (row !== undefined && others.has(row)) || others.size < this.#bounds.otherRowsPerMinuteMax
    );
  }

  addOther(row: number): void {
    this.#rows.others.add(row);
  }

  /** The transaction was undone. */
  discard(): void {
    this.#minutes.clear();
    this.#minute = Number.NaN;
  }

  #read(minute: number): MinuteRows {
    const rows: MinuteRows = { flows: new Set(), others: new Set(), heavy: 0 };
    for (const [flow, kind] of this.#rowsOf.iterate(minute)) {
      (kind === KIND_FLOW ? rows.flows : rows.others).add(flow);
    }
    rows.heavy = Math.max(0, rows.flows.size - 2 * this.#bounds.flowsPerMinuteMax);
    return rows;
  }
}
