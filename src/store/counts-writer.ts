import type Database from "better-sqlite3";
import { COUNT_COLUMNS, COUNT_FLOW, COUNT_SPAN } from "../model/count-row.ts";
import type { CountRows } from "../model/counted-batch.ts";
import { SpanCounts } from "../model/span-counts.ts";
import { MINUTES_PER_DAY, MINUTES_PER_HOUR } from "../model/time-unit.ts";
import { BulkInsert } from "./bulk-insert.ts";
import { sumUp } from "./sum-up.ts";
import type { ShortestSpan } from "./writer-messages.ts";

/** Flow-hours held in memory, 64 bytes each, before they are written: bounds it under a flood. */
const FLOW_HOURS_MAX = 1_048_576;

const HOURS_PER_DAY = MINUTES_PER_DAY / MINUTES_PER_HOUR;

/**
 * Adds counts to flow_minutes, flow_hours and flow_days: all three in one transaction. With a
 * longer shortest span the rows of shorter ones are added up and not written.
 */
export class CountsWriter {
  readonly #minutes: BulkInsert | undefined;
  readonly #hours: BulkInsert | undefined;
  readonly #days: BulkInsert;
  readonly #hourCounts = new SpanCounts();
  readonly #dayCounts = new SpanCounts();
  #flowOf: (index: number) => number = (index) => index;

  constructor(database: Database.Database, shortestSpan: ShortestSpan = "minute") {
    if (shortestSpan === "minute") {
      this.#minutes = upsertInto(database, "minute");
      this.#hours = upsertInto(database, "hour");
    }
    this.#days = upsertInto(database, "day");
  }

  /** `flowOf` gives the row of a flow; with another one, another session's indexes begin. */
  add(minutes: CountRows, flowOf: (index: number) => number): void {
    if (flowOf !== this.#flowOf || this.#hourCounts.rows > FLOW_HOURS_MAX) this.flush();
    this.#flowOf = flowOf;
    if (this.#minutes !== undefined) write(this.#minutes, minutes, flowOf);
    sumUp(this.#hourCounts, minutes, MINUTES_PER_HOUR);
  }

  /** Writes the minutes that wait, for somebody who reads them. */
  settle(): void {
    this.#minutes?.flush();
  }

  /** Writes the longer spans of what was added. */
  flush(): void {
    const hours = rowsOf(this.#hourCounts);
    if (this.#hours !== undefined) write(this.#hours, hours, this.#flowOf);
    write(this.#days, this.#daysOf(hours), this.#flowOf);
    this.#hourCounts.clear();
    this.#dayCounts.clear();
    this.#minutes?.flush();
    this.#hours?.flush();
    this.#days.flush();
  }

  /** The rows of a single hour become those of its day: a flood is not held in memory twice. */
  #daysOf(hours: CountRows): CountRows {
    if (isOfOneSpan(hours)) {
      lengthenSpans(hours, HOURS_PER_DAY);
      return hours;
    }
    sumUp(this.#dayCounts, hours, HOURS_PER_DAY);
    return rowsOf(this.#dayCounts);
  }

  discard(): void {
    this.#hourCounts.clear();
    this.#dayCounts.clear();
    this.#minutes?.discard();
    this.#hours?.discard();
    this.#days.discard();
  }
}

function isOfOneSpan({ count, values }: CountRows): boolean {
  for (let at = COUNT_SPAN; at < count * COUNT_COLUMNS; at += COUNT_COLUMNS) {
    if (values[at] !== values[COUNT_SPAN]) return false;
  }
  return true;
}

/** Spans become the longer ones that hold `length` of them. */
function lengthenSpans({ count, values }: CountRows, length: number): void {
  for (let at = COUNT_SPAN; at < count * COUNT_COLUMNS; at += COUNT_COLUMNS) {
    values[at] = Math.floor(values[at]! / length);
  }
}

function rowsOf({ rows, values }: SpanCounts): CountRows {
  return { count: rows, values };
}

function write(into: BulkInsert, rows: CountRows, flowOf: (index: number) => number): void {
  const { values } = rows;
  const order = inTableOrder(rows, flowOf);
  for (let place = 0; place < rows.count; place++) {
    const at = order[place]!;
    const row = into.nextRow();
    for (let column = 0; column < COUNT_COLUMNS; column++) {
      into.values[row + column] = values[at + column]!;
    }
    into.values[row + COUNT_FLOW] = flowOf(values[at + COUNT_FLOW]!);
  }
}

/** Sort keys hold a span, a flow and a row in the 53 bits of a number. */
const ROW_BITS = 17;
const FLOW_BITS = 21;
/** Its content is that of the last call: a new one each time is a garbage collector's work. */
let orders = new Float64Array(2 ** ROW_BITS);
const SPANS_MAX = 2 ** (53 - ROW_BITS - FLOW_BITS);

/**
 * Where rows begin, in the order of the table's key: neighbours go to the same page, which takes a
 * third off the time of a commit. Any order is right, so what does not fit the keys stays unsorted.
 */
function inTableOrder(
  { count, values }: CountRows,
  flowOf: (index: number) => number,
): Float64Array {
  if (orders.length < count) orders = new Float64Array(count);
  const order = orders.subarray(0, count);
  let first = Number.POSITIVE_INFINITY;
  for (let row = 0; row < count; row++) {
    first = Math.min(first, values[row * COUNT_COLUMNS + COUNT_SPAN]!);
  }
  let fits = count <= 2 ** ROW_BITS;
  for (let row = 0; row < count && fits; row++) {
    const span = values[row * COUNT_COLUMNS + COUNT_SPAN]! - first;
    const flow = flowOf(values[row * COUNT_COLUMNS + COUNT_FLOW]!);
    fits = span < SPANS_MAX && flow < 2 ** FLOW_BITS;
    order[row] = (span * 2 ** FLOW_BITS + flow) * 2 ** ROW_BITS + row;
  }
  if (fits) order.sort();
  for (let at = 0; at < count; at++) {
    order[at] = (fits ? order[at]! % 2 ** ROW_BITS : at) * COUNT_COLUMNS;
  }
  return order;
}

function upsertInto(database: Database.Database, unit: "minute" | "hour" | "day"): BulkInsert {
  return new BulkInsert(
    database,
    `INSERT INTO flow_${unit}s
       (${unit}, flow, packets, attempts, bytes, tcp_flags, first_seen, last_seen)`,
    COUNT_COLUMNS,
    `ON CONFLICT DO UPDATE SET
       packets = packets + excluded.packets,
       attempts = attempts + excluded.attempts,
       bytes = bytes + excluded.bytes,
       tcp_flags = tcp_flags | excluded.tcp_flags,
       first_seen = iif(packets > 0, min(first_seen, excluded.first_seen), excluded.first_seen),
       last_seen = iif(packets > 0, max(last_seen, excluded.last_seen), excluded.last_seen)`,
  );
}
