import type { Spool, SpooledRecords } from "../../src/forward/message-source.ts";
import type { Outgoing } from "../../src/model/outgoing.ts";

export function noticeOf(number: number): Outgoing {
  const id = `id-${number}`;
  const common = { id, node: "worker-1", time: 1_700_000_000_000_000, details: {} };
  return { kind: "notice", notice: "start", text: `number ${number};`, ...common };
}

/** A spool whose chunks a test fills: each a list of records. */
export class MemorySpool implements Spool {
  readonly #chunks = new Map<number, readonly Outgoing[]>();
  #last = 0;

  add(...records: readonly Outgoing[]): number {
    this.#chunks.set(++this.#last, records);
    return this.#last;
  }

  remove(chunk: number): void {
    this.#chunks.delete(chunk);
  }

  next(from: number): SpooledRecords | undefined {
    const ids = [...this.#chunks.keys()].filter((id) => id >= from);
    if (ids.length === 0) return undefined;
    const id = Math.min(...ids);
    const records = this.#chunks.get(id)!;
    return { id, count: records.length, at: (index) => records[index]!, release: () => undefined };
  }
}
