import { expect, test } from "vitest";
import { LineTallies } from "../../src/aggregate/line-tallies.ts";
import { COUNT_COLUMNS, COUNT_PACKETS } from "../../src/model/count-row.ts";
import { FLOW_SRC, FLOW_WORDS } from "../../src/model/flow-key.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { BatchCounter } from "../../src/pipeline/batch-counter.ts";
import { lineOf } from "./common-lines.ts";
import { newSource } from "./new-source.ts";
import { isLong } from "../long-run.ts";

/** A session ends with the first batch after so many flows. */
const SESSION_FLOWS_MAX = 1_048_576;
const LINES_PER_BATCH = 16_384;
const BATCHES_PER_TAKE = 8;

/** One batch of lines, each of an address of its own that is written into it anew each time. */
class DistinctFlows {
  readonly #bytes: Buffer;
  readonly #places: number[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const line = Buffer.from(`${lineOf().replace("SRC=10.244.1.7 ", "SRC=100.100.100.100 ")}\n`);
    for (let index = 0; index < LINES_PER_BATCH; index++) {
      line.copy(bytes, index * line.length);
      this.#places.push(index * line.length + line.indexOf("SRC=") + 4);
    }
    this.end = LINES_PER_BATCH * line.length;
  }

  readonly end: number;

  /** Octets of three digits, so that lines keep their length: 156 ** 3 addresses. */
  write(first: number): void {
    for (const [index, place] of this.#places.entries()) {
      const flow = first + index;
      const octet = (power: number) => 100 + (Math.floor(flow / 156 ** power) % 156);
      this.#bytes.write(`${octet(2)}.${octet(1)}.${octet(0)}`, place + 4, "latin1");
    }
  }
}

const cases = [
  { sessions: 2, flows: SESSION_FLOWS_MAX + LINES_PER_BATCH * BATCHES_PER_TAKE },
  { sessions: 8, flows: 3 * SESSION_FLOWS_MAX },
];

test.each(isLong ? cases : cases.slice(0, 1))(
  "$sessions sessions of $flows flows at least do not exhaust the engine's memory",
  ({ sessions, flows }) => {
    const counter = new BatchCounter({ deniedPrefixes: deniedPrefixDefaults });
    const source = newSource();
    const buffers = counter.buffers(8 * 1024 * 1024);
    const bytes = buffers.take();
    expect(bytes.buffer.byteLength, "a part of the engine's memory").toBeGreaterThan(2 ** 29);
    const lines = new DistinctFlows(bytes);
    const batch = { bytes, end: lines.end, endOffset: 0, readAgain: undefined };
    let [first, begun, counted, packets, last] = [0, 0, 0, 0, 0];
    while (begun < sessions || first < flows) {
      for (let part = 0; part < BATCHES_PER_TAKE; part++, first += LINES_PER_BATCH) {
        lines.write(first);
        counter.count(source, batch, new LineTallies());
        counter.aggregator.endBatch(batch, () => undefined);
      }
      const taken = counter.take();
      if (taken.startsSession) begun++;
      counted += taken.flows.count;
      last = taken.flows.words[(taken.flows.count - 1) * FLOW_WORDS + FLOW_SRC]!;
      const { count, values } = taken.minutes;
      for (let row = 0; row < count; row++) packets += values[row * COUNT_COLUMNS + COUNT_PACKETS]!;
    }
    expect(counted).toBe(first);
    expect(packets).toBe(first);
    const index = first - 1;
    expect(last & 0xff).toBe(100 + (index % 156));
    expect(counter.progress).toEqual({ lines: first, denials: first, rejected: 0 });
  },
  isLong ? 600_000 : 60_000,
);
