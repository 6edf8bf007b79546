import {
  COUNT_ATTEMPTS,
  COUNT_BYTES,
  COUNT_COLUMNS,
  COUNT_FIRST_SEEN,
  COUNT_FLOW,
  COUNT_LAST_SEEN,
  COUNT_PACKETS,
  COUNT_SPAN,
  COUNT_TCP_FLAGS,
} from "./count-row.ts";
import { touch } from "./touch.ts";
import { untouchedNumbers } from "./untouched.ts";

const ROWS_MIN = 1024;

/**
 * Counts of flows in spans of time (minutes, hours or days): one row for each pair. A row is eight
 * numbers side by side, for they are one cache line.
 */
export class SpanCounts {
  rows: i32 = 0;
  values: Float64Array;
  /** The newest row of each flow; a row that is not the flow's own is left from a batch before. */
  private rowOfFlow: Int32Array = new Int32Array(ROWS_MIN);

  /** Rows up to `rowsMin` take memory when they come; those beyond have all of them moved. */
  constructor(rowsMin: i32 = ROWS_MIN) {
    this.values = untouchedNumbers(rowsMin * COUNT_COLUMNS);
  }

  /**
   * Adds to the row of a flow and a span. A flow whose lines go back and forth between spans may
   * get two rows for one; the store adds them up.
   */
  add(
    flow: i32,
    span: f64,
    firstSeen: f64,
    lastSeen: f64,
    packets: f64,
    attempts: f64,
    bytes: f64,
    tcpFlags: i32,
  ): void {
    if (flow >= this.rowOfFlow.length) this.growFlows(flow);
    const row = this.rowOfFlow[flow]!;
    let at: i32 = row * COUNT_COLUMNS;
    let values = this.values;
    if (
      row >= this.rows ||
      values[at + COUNT_FLOW]! !== flow ||
      values[at + COUNT_SPAN]! !== span
    ) {
      at = this.newRow(flow, span, firstSeen, lastSeen);
      values = this.values;
    }
    values[at + COUNT_PACKETS]! += packets;
    values[at + COUNT_ATTEMPTS]! += attempts;
    values[at + COUNT_BYTES]! += bytes;
    values[at + COUNT_TCP_FLAGS] = (values[at + COUNT_TCP_FLAGS]! as i32) | tcpFlags;
    if (firstSeen < values[at + COUNT_FIRST_SEEN]!) values[at + COUNT_FIRST_SEEN] = firstSeen;
    if (lastSeen > values[at + COUNT_LAST_SEEN]!) values[at + COUNT_LAST_SEEN] = lastSeen;
  }

  /** The newest row of a flow, if it has one. */
  rowOf(flow: i32): i32 {
    return flow < this.rowOfFlow.length ? this.rowOfFlow[flow]! : 0;
  }

  /** Looks at the rows whose numbers lines have in a word, for add() comes next. */
  touch(lines: Int32Array, word: i32, count: i32): void {
    touch(this.values, COUNT_COLUMNS * 8, lines, word, -1, count);
  }

  clear(): void {
    this.rows = 0;
  }

  private newRow(flow: i32, span: f64, firstSeen: f64, lastSeen: f64): i32 {
    const row = this.rows++;
    const at = row * COUNT_COLUMNS;
    if (at === this.values.length) {
      const values = untouchedNumbers(at * 2);
      values.set(this.values);
      this.values = values;
    }
    this.rowOfFlow[flow] = row;
    const values = this.values;
    values[at + COUNT_SPAN] = span;
    values[at + COUNT_FLOW] = flow;
    values[at + COUNT_PACKETS] = 0;
    values[at + COUNT_ATTEMPTS] = 0;
    values[at + COUNT_BYTES] = 0;
    values[at + COUNT_TCP_FLAGS] = 0;
    values[at + COUNT_FIRST_SEEN] = firstSeen;
    values[at + COUNT_LAST_SEEN] = lastSeen;
    return at;
  }

  private growFlows(flow: i32): void {
    const length = this.rowOfFlow.length * 2;
    const rows = new Int32Array(flow < length ? length : flow + 1);
    rows.set(this.rowOfFlow);
    this.rowOfFlow = rows;
  }
}
