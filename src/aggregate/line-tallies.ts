import type { LineTally } from "../model/counted-batch.ts";
import type { OtherLineKind, RejectReason } from "../model/line-kind.ts";
import { rejectedExampleBytesMax } from "../model/limits.ts";

/** Counts every line of a batch once, whatever it is: the two sides of the conservation rule. */
export class LineTallies {
  lines = 0;
  readonly #other: Partial<Record<OtherLineKind, number>> = {};
  readonly #rejected = new Map<RejectReason, { lines: number; example: Uint8Array }>();

  /** LOG lines; the aggregator keeps their counts by prefix. */
  addLogs(lines: number): void {
    this.lines += lines;
  }

  addOther(kind: OtherLineKind, lines = 1): void {
    if (lines === 0) return;
    this.lines += lines;
    this.#other[kind] = (this.#other[kind] ?? 0) + lines;
  }

  addRejected(reason: RejectReason, bytes: Uint8Array, start: number, end: number): void {
    this.lines++;
    const tally = this.#rejected.get(reason);
    if (tally !== undefined) {
      tally.lines++;
      return;
    }
    const example = new Uint8Array(
      bytes.subarray(start, Math.min(end, start + rejectedExampleBytesMax)),
    );
    this.#rejected.set(reason, { lines: 1, example });
  }

  take(prefixes: LineTally["prefixes"]): LineTally {
    const rejected = [...this.#rejected].map(([reason, tally]) => ({ reason, ...tally }));
    return { lines: this.lines, other: this.#other, rejected, prefixes };
  }
}
