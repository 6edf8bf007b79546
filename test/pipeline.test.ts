import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LineBatch } from "../src/follow/line-batches.ts";
import { COUNT_ATTEMPTS, COUNT_COLUMNS, COUNT_PACKETS } from "../src/model/count-row.ts";
import type { CountedBatch, RecentColumns, TransactionEnd } from "../src/model/counted-batch.ts";
import { deniedPrefixDefaults } from "../src/model/verdict.ts";
import { Pipeline } from "../src/pipeline.ts";
import type { CountedSource } from "../src/pipeline/batch-counter.ts";
import { StoreWriter } from "../src/store/store-writer.ts";
import { denialLines } from "./end-to-end/log-lines.ts";
import { newPath, readable, valueOf } from "./store/stored.ts";
import { runs } from "./long-run.ts";

const BATCH_BYTES = 64 * 1024;
const NEVER = 1_000_000_000;
const notAfter = Date.UTC(2026, 10, 23) * 1000;

/** A store that takes what it is given, and is done with it when a test says so. */
class SlowStore {
  readonly openedAttempts = [];
  readonly batches: CountedBatch[] = [];
  readonly ends: TransactionEnd[] = [];
  /** How many batches there were at each commit. */
  readonly commits: number[] = [];
  isIdle = true;
  readonly isReady = true;
  /** Whether a commit is on disk at once; else when somebody waits for it. */
  isFast = true;
  isFlushed = true;
  /** How often somebody waited for a commit. */
  waits = 0;

  async ready(): Promise<void> {}

  write(batch: CountedBatch): void {
    this.isIdle = false;
    this.batches.push(batch);
  }

  commit(end: TransactionEnd): void {
    // Only one is under way.
    expect(this.isFlushed).toBe(true);
    this.isFlushed = this.isFast;
    this.ends.push(end);
    this.commits.push(this.batches.length);
  }

  async flushed(): Promise<void> {
    if (!this.isFlushed) this.waits++;
    this.isFlushed = true;
  }
}

class Reading {
  readonly store = new SlowStore();
  readonly pipeline: Pipeline;
  readonly #sources: { source: CountedSource; offset: number }[];

  constructor(
    sources: number,
    commitBytes: number,
    store?: StoreWriter,
    firstCommitBytes = commitBytes,
  ) {
    this.pipeline = new Pipeline(
      {
        firstCommitBytes,
        deniedPrefixes: deniedPrefixDefaults,
        timezone: "UTC",
        batchBytes: BATCH_BYTES,
        commitBytes,
      },
      store ?? (this.store as unknown as StoreWriter),
    );
    const none = Buffer.alloc(0);
    this.#sources = Array.from({ length: sources }, (_, index) => {
      const content = { path: `syslog.${index}`, kind: "file" as const, device: 1, inode: index };
      const checkpoint = this.pipeline.newCheckpoint(content, 0);
      const place = { checkpoint, head: none, anchor: none, notAfter };
      return { source: this.pipeline.startSource(place), offset: 0 };
    });
  }

  /** Counts a batch of lines of one source; with `isFile`, they can be read again. */
  async add(index: number, lines: readonly string[], isFile: boolean): Promise<void> {
    const entry = this.#sources[index]!;
    const text = Buffer.from(lines.join(""));
    const bytes = this.pipeline.buffers.take();
    text.copy(bytes);
    entry.offset += text.length;
    const batch: LineBatch = {
      bytes,
      end: text.length,
      endOffset: entry.offset,
      readAgain: isFile ? (start, end) => ownCopy(text.subarray(start, end)) : undefined,
    };
    await this.pipeline.count(entry.source, batch);
  }
}

/** As a read of a file gives it: bytes that nothing else lies beside, which a thread can take. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** What batches amount to, added up as the store does. */
function summed(batches: readonly CountedBatch[]) {
  const sources = new Map<string, { lines: number; logs: number; offset: number }>();
  let [packets, attempts, flows] = [0, 0, 0];
  for (const batch of batches) {
    const { checkpoint, tally } = batch.progress;
    const before = sources.get(checkpoint.path) ?? { lines: 0, logs: 0, offset: 0 };
    sources.set(checkpoint.path, {
      lines: before.lines + tally.lines,
      logs: before.logs + tally.prefixes.reduce((sum, { lines }) => sum + lines, 0),
      offset: checkpoint.offset,
    });
    const { count, values } = batch.minutes;
    for (let row = 0; row < count; row++) {
      packets += values[row * COUNT_COLUMNS + COUNT_PACKETS]!;
      attempts += values[row * COUNT_COLUMNS + COUNT_ATTEMPTS]!;
    }
    flows += batch.flows.count;
  }
  return {
    sources: [...sources].toSorted(([a], [b]) => a.localeCompare(b)),
    packets,
    attempts,
    flows,
  };
}

function textOf({ count, bytes, start, end }: RecentColumns): string[] {
  const text = Buffer.from(bytes);
  return Array.from({ length: count }, (_, row) => text.toString("utf8", start[row], end[row]));
}

function flowOf(line: string): string {
  const [, route, protocol, port] =
    /(IN=\S* OUT=\S* SRC=\S+ DST=\S+) .*PROTO=(\w+) .*DPT=(\d+)/.exec(line) ?? [];
  return [route, protocol, port].join(" ");
}

type Step = {
  readonly source: number;
  readonly count: number;
  readonly isFile: boolean;
  /** Whether the store has caught up before this batch. */
  readonly isIdle: boolean;
};

async function counted(steps: readonly Step[], commitBytes: number, isFast = true) {
  const reading = new Reading(3, commitBytes);
  reading.store.isFast = isFast;
  const denials = denialLines({ seed: 9, lines: 1000 });
  const texts: string[][] = [[], [], []];
  for (const { source, count, isFile, isIdle } of steps) {
    const lines = denials.splice(0, count);
    texts[source]!.push(...lines);
    if (isIdle) reading.store.isIdle = true;
    await reading.add(source, lines, isFile);
  }
  await reading.pipeline.finish();
  return { store: reading.store, texts, progress: reading.pipeline.progress };
}

describe("Pipeline hands over what it counted, exactly", () => {
  const step: fc.Arbitrary<Step> = fc.record({
    source: fc.nat({ max: 2 }),
    count: fc.nat({ max: 30 }),
    isFile: fc.boolean(),
    isIdle: fc.boolean(),
  });
  const turns = fc.array(step, { maxLength: 25 });
  const commitBytes = fc.constantFrom(0, 1, 5000, 20_000, NEVER);

  test("to a slow store, in whatever turns", async () => {
    await fc.assert(
      fc.asyncProperty(turns, commitBytes, fc.boolean(), async (steps, bytes, isFast) => {
        const { store, texts, progress } = await counted(steps, bytes, isFast);
        const { sources, packets, attempts, flows } = summed(store.batches);
        const lines = texts.flat();
        const begun = new Set(steps.map(({ source }) => source));
        const wanted = [...begun]
          .toSorted((a, b) => a - b)
          .map((source) => {
            const { length } = texts[source]!;
            const offset = texts[source]!.join("").length;
            return [`syslog.${source}`, { lines: length, logs: length, offset }];
          });
        expect(sources).toEqual(wanted);
        expect(packets).toBe(lines.length);
        const opened = store.ends.flatMap((end) => [end.opened.connections, end.opened.copies]);
        expect(opened.reduce((sum, { count }) => sum + count, 0)).toBe(attempts);
        expect(flows).toBe(new Set(lines.map(flowOf)).size);
        // Nothing comes after the last commit.
        expect(store.commits.at(-1)).toBe(store.batches.length);
        expect(progress).toEqual({ lines: lines.length, denials: lines.length, rejected: 0 });
      }),
      { numRuns: runs(150) },
    );
  });

  /** One source, and whether the store has caught up before each batch. */
  const cases: readonly (readonly [name: string, idle: readonly boolean[]])[] = [
    ["idle at first", [true, false, false, false]],
    ["idle in between", [true, false, true, false, true, false]],
    ["idle at the end", [true, false, false, true]],
    ["always idle", [true, true, true]],
    ["idle for the only batch", [true]],
  ];

  async function recentOf(idle: readonly boolean[], isFile: boolean) {
    const steps = idle.map((isIdle) => ({ source: 0, count: 5, isFile, isIdle }));
    const { store, texts } = await counted(steps, NEVER);
    return {
      got: store.ends.flatMap(({ recent }) => recent.flatMap(textOf)),
      wanted: texts.flat().map((line) => line.trimEnd()),
    };
  }

  test.each(cases)("with all recent denials, to a store that is %s", async (_, idle) => {
    for (const isFile of [true, false]) {
      const { got, wanted } = await recentOf(idle, isFile);
      expect(got.map((line) => line.trimEnd())).toEqual(wanted);
    }
  });

  test("in one transaction more, while the one before is not on disk", async () => {
    const reading = new Reading(1, 1);
    reading.store.isFast = false;
    const [first = "", ...others] = denialLines({ seed: 9, lines: 3 });
    await reading.add(0, [first], true);
    expect([reading.store.commits, reading.store.waits]).toEqual([[1], 0]);
    await reading.add(0, others, true);
    expect([reading.store.commits, reading.store.waits]).toEqual([[1, 2], 1]);
  });

  test("in transactions that are small at first, for a process may not live long", async () => {
    const [line = ""] = denialLines({ seed: 9, lines: 1 });
    const reading = new Reading(1, 4 * line.length, undefined, line.length);
    // As a content begins: a transaction without lines.
    await reading.add(0, [], true);
    await reading.pipeline.finish();
    for (let count = 0; count < 15; count++) await reading.add(0, [line], true);
    const ends = reading.store.batches.map(({ progress }) => progress.checkpoint.offset);
    expect(ends.map((offset) => offset / line.length)).toEqual([0, 1, 3, 7, 11, 15]);
  });

  test("and reads into the same few buffers all the time", async () => {
    const reading = new Reading(1, 200_000);
    const seen = new Set<Buffer>();
    const take = reading.pipeline.buffers.take.bind(reading.pipeline.buffers);
    reading.pipeline.buffers.take = () => {
      const buffer = take();
      seen.add(buffer);
      return buffer;
    };
    const denials = denialLines({ lines: 20_000 });
    for (let batch = 0; batch < 200; batch++) {
      await reading.add(0, denials.splice(0, 100), batch % 2 === 0);
    }
    expect(seen.size).toBeLessThanOrEqual(6);
  });
});

test.each([
  ["a store that is idle now and then", 5],
  ["a store that is hardly idle", 200],
])("what %s holds is what was read", async (_, linesPerBatch) => {
  const path = newPath();
  const lines = denialLines({ seed: 2, lines: 20_000 });
  await using starting = StoreWriter.start();
  await using writer = await starting.open({
    path,
    deniedPrefixes: deniedPrefixDefaults,
    role: "import",
    retries: false,
  });
  // The last batch ends a transaction: the store may be idle before it.
  const last = lines.slice(-linesPerBatch);
  const reading = new Reading(2, lines.join("").length - last.join("").length + 1, writer);
  for (let start = 0; start < lines.length; start += linesPerBatch) {
    await reading.add((start / linesPerBatch) % 2, lines.slice(start, start + linesPerBatch), true);
  }
  await reading.pipeline.finish();
  const database = readable(path);
  expect(valueOf(database, "SELECT total(lines) FROM sources")).toBe(lines.length);
  expect(valueOf(database, "SELECT total(packets) FROM flow_minutes")).toBe(lines.length);
  expect(valueOf(database, "SELECT total(packets) FROM flow_days")).toBe(lines.length);
  const stored = database.prepare<[], { line: Buffer }>(
    "SELECT line FROM recent_denials ORDER BY id",
  );
  const hash = createHash("sha256");
  for (const { line } of stored.iterate()) hash.update(line).update("\n");
  // All fit.
  expect(hash.digest("hex")).toBe(createHash("sha256").update(lines.join("")).digest("hex"));
});
