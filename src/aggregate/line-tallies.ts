import type { LineTally } from "../model/counted-batch.ts";
import type { OtherLineKind, RejectReason } from "../model/line-kind.ts";
import { rejectedExampleBytesMax } from "../model/limits.ts";

/** Counts every line of a batch once, whatever it is: the two sides of the conservation rule. */
export class LineTallies {
  lines = 0;
  readonly #other: Partial<Record<OtherLineKind, number>> = {};
  readonly #rejected = new Map<RejectReason, { lines: number; example: Uint8Array }>();
  #suspect: Uint8Array | undefined;

  /** LOG lines; the aggregator keeps their counts by prefix. */
  addLogs(lines: number): void {
    this.lines += lines;
  }

  addOther(kind: OtherLineKind, lines = 1): void {
    if (lines === 0) return;
    this.lines += lines;
    this.#other[kind] = (this.#other[kind] ?? 0) + lines;
  }

  /** A line that the kernel cannot have written. */
  addSuspect(bytes: Uint8Array, start: number, end: number): void {
    this.addOther("suspect");
    this.#suspect ??= exampleOf(bytes, start, end);
  }

  addRejected(reason: RejectReason, bytes: Uint8Array, start: number, end: number): void {
    this.lines++;
    const tally = this.#rejected.get(reason);
    if (tally !== undefined) {
      tally.lines++;
      return;
    }
    this.#rejected.set(reason, { lines: 1, example: exampleOf(bytes, start, end) });
  }

  take(prefixes: LineTally["prefixes"]): LineTally {
    const rejected = [...this.#rejected].map(([reason, tally]) => ({ reason, ...tally }));
    const suspectExample = this.#suspect;
    return { lines: this.lines, other: this.#other, rejected, suspectExample, prefixes };
  }
}

/** A copy of the beginning of a line, for its buffer is used again. */
function exampleOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, Math.min(end, start + rejectedExampleBytesMax)));
}
