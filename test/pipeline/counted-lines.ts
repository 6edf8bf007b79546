import { vi } from "vitest";
import { LineTallies } from "../../src/aggregate/line-tallies.ts";
import type { BatchBuffers } from "../../src/follow/batch-buffers.ts";
import { COUNT_COLUMNS } from "../../src/model/count-row.ts";
import type { RecentColumns, RecentKeyEntries } from "../../src/model/counted-batch.ts";
import { recentDenialsMax } from "../../src/model/limits.ts";
import { FLOW_WORDS } from "../../src/model/flow-key.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { BatchCounter, type CountedSource } from "../../src/pipeline/batch-counter.ts";
import { Engine } from "../../src/pipeline/engine.ts";

/** What stands behind the lines in a buffer; it must never matter. */
export type Poison = string;

export type CountingSettings = {
  readonly engine: boolean;
  readonly node?: string;
  readonly bufferBytes?: number;
};

/** Counts lines in batches as the pipeline does, by the engine and the grammar, or without one. */
export class Counting {
  readonly counter: BatchCounter;
  /** LOG and ordinary lines that the engine counted, and all. */
  engineLines = 0;
  lines = 0;
  readonly #buffers: BatchBuffers;
  readonly #bufferBytes: number;
  #tallies = new LineTallies();

  constructor({ engine, node, bufferBytes = 256 * 1024 }: CountingSettings) {
    const load = engine ? undefined : vi.spyOn(Engine, "load").mockReturnValue(undefined);
    const counted = vi.spyOn(Engine.prototype, "counted");
    this.counter = new BatchCounter({ deniedPrefixes: deniedPrefixDefaults, node });
    load?.mockRestore();
    counted.mockRestore();
    this.#bufferBytes = bufferBytes;
    this.#buffers = this.counter.buffers(bufferBytes);
  }

  /** Counts a batch; `poison` fills the rest of its buffer. */
  add(source: CountedSource, text: string | Buffer, poison: Poison = ""): void {
    const lines = typeof text === "string" ? Buffer.from(text, "latin1") : text;
    if (lines.length > this.#bufferBytes) throw new RangeError("The batch fits no buffer");
    const bytes = this.#buffers.take();
    lines.copy(bytes);
    if (poison !== "") bytes.fill(poison, lines.length, "latin1");
    const before = this.#tallies.lines;
    const counted = vi.spyOn(Engine.prototype, "counted");
    const batch = { bytes, end: lines.length, endOffset: lines.length, readAgain: undefined };
    this.counter.count(source, batch, this.#tallies);
    for (const { value } of counted.mock.results) {
      const { ordinary, logs } = value as { ordinary: number; logs: number };
      this.engineLines += ordinary + logs;
    }
    counted.mockRestore();
    this.lines += this.#tallies.lines - before;
    this.counter.aggregator.endBatch(batch, () => this.#buffers.give(bytes));
  }

  /** All that was counted since the last time, as plain values. */
  take(source: CountedSource): object {
    const { prefixTally, ...counted } = this.counter.take();
    const { flows, minutes, ...names } = counted;
    const { opened, recent } = this.counter.aggregator.endTransaction();
    const tally = this.#tallies.take(prefixTally);
    this.#tallies = new LineTallies();
    const { connections, copies, upperBoundMinutes } = opened;
    const { progress } = this.counter;
    return {
      ...names,
      flows: rowsOf(flows.words, flows.count, FLOW_WORDS),
      minutes: rowsOf(minutes.values, minutes.count, COUNT_COLUMNS),
      recent: recent.flatMap(linesOf).slice(-recentDenialsMax),
      tally: { ...tally, rejected: tally.rejected.map(exampleAsText) },
      attempts: {
        connections: entriesOf(connections),
        copies: entriesOf(copies),
        upperBoundMinutes,
      },
      previous: source.clock.previous,
      firstDenials: [...source.firstDenials.hashes],
      progress: { ...progress },
    };
  }
}

function rowsOf(values: Int32Array | Float64Array, count: number, columns: number): string[] {
  return Array.from({ length: count }, (_, row) =>
    values.subarray(row * columns, (row + 1) * columns).join(" "),
  );
}

function linesOf({ count, bytes, start, end, flow, time }: RecentColumns): string[] {
  const text = Buffer.from(bytes);
  return Array.from({ length: count }, (_, row) => {
    const line = text.toString("latin1", start[row], end[row]);
    return `${time[row]} ${flow[row]} ${line}`;
  });
}

function entriesOf({ words, times, ...entries }: RecentKeyEntries): object {
  return { ...entries, words: words.join(" "), times: times.join(" ") };
}

function exampleAsText<T extends { readonly example: Uint8Array }>(rejected: T): object {
  return { ...rejected, example: Buffer.from(rejected.example).toString("latin1") };
}
