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
  type CountRows,
} from "./counted-batch.ts";

const ROWS_MIN = 1024;

/**
 * Counts of flows in spans of time (minutes, hours or days): one row for each pair. A row is eight
 * numbers side by side, for they are one cache line.
 */
export class SpanCounts {
  #count = 0;
  #values = new Float64Array(ROWS_MIN * COUNT_COLUMNS);
  /** The newest row of each flow; a row that is not the flow's own is left from a batch before. */
  #rowOfFlow = new Int32Array(ROWS_MIN);

  get rows(): number {
    return this.#count;
  }

  /**
   * Adds to the row of a flow and a span. A flow whose lines go back and forth between spans may
   * get two rows for one; the store adds them up.
   */
  add(
    flow: number,
    span: number,
    firstSeen: number,
    lastSeen: number,
    packets: number,
    attempts: number,
    bytes: number,
    tcpFlags: number,
  ): void {
    if (flow >= this.#rowOfFlow.length) this.#growFlows(flow);
    const row = this.#rowOfFlow[flow]!;
    let at = row * COUNT_COLUMNS;
    let values = this.#values;
    if (
      row >= this.#count ||
      values[at + COUNT_FLOW] !== flow ||
      values[at + COUNT_SPAN] !== span
    ) {
      at = this.#newRow(flow, span, firstSeen, lastSeen);
      values = this.#values;
    }
    values[at + COUNT_PACKETS]! += packets;
    values[at + COUNT_ATTEMPTS]! += attempts;
    values[at + COUNT_BYTES]! += bytes;
    values[at + COUNT_TCP_FLAGS] = values[at + COUNT_TCP_FLAGS]! | tcpFlags;
    if (firstSeen < values[at + COUNT_FIRST_SEEN]!) values[at + COUNT_FIRST_SEEN] = firstSeen;
    if (lastSeen > values[at + COUNT_LAST_SEEN]!) values[at + COUNT_LAST_SEEN] = lastSeen;
  }

  /** Hands over the rows and starts anew. */
  take(): CountRows {
    const count = this.#count;
    this.#count = 0;
    return { count, values: this.#values.slice(0, count * COUNT_COLUMNS) };
  }

  clear(): void {
    this.#count = 0;
  }

  #newRow(flow: number, span: number, firstSeen: number, lastSeen: number): number {
    const row = this.#count++;
    const at = row * COUNT_COLUMNS;
    if (at === this.#values.length) {
      const values = new Float64Array(at * 2);
      values.set(this.#values);
      this.#values = values;
    }
    this.#rowOfFlow[flow] = row;
    const values = this.#values;
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

  #growFlows(flow: number): void {
    const rows = new Int32Array(Math.max(flow + 1, this.#rowOfFlow.length * 2));
    rows.set(this.#rowOfFlow);
    this.#rowOfFlow = rows;
  }
}
