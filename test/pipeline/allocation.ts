/**
 * Counts the same lines again and again, and prints as JSON by how many bytes memory grew after the
 * first round. Run with --expose-gc; arguments: the file of lines, and the number of rounds.
 */
import { readFileSync } from "node:fs";
import { LineTallies } from "../../src/aggregate/line-tallies.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { EventClock } from "../../parsers/event-time.ts";
import { FirstDenials } from "../../src/aggregate/first-denials.ts";
import { FingerprintTracker } from "../../src/follow/fingerprint.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { BatchCounter, type CountedSource } from "../../src/pipeline/batch-counter.ts";

const BATCH_BYTES = 1024 * 1024;
const LF = 0x0a;
const [path = "", rounds = "1"] = process.argv.slice(2);

const none = Buffer.alloc(0);
const counter = new BatchCounter({ deniedPrefixes: deniedPrefixDefaults });
const buffers = counter.buffers(BATCH_BYTES);
const content = readFileSync(path);
let lines = 0;

function sourceOf(): CountedSource {
  return {
    checkpoint: {
      source: -1,
      path,
      kind: "file",
      device: 1,
      inode: 2,
      offset: 0,
      headBytes: 0,
      headHash: "",
      anchorBytes: 0,
      anchorHash: "",
      firstDenials: [],
      lastTime: 0,
      lossHash: "",
    },
    record: new LineRecord(),
    tracker: new FingerprintTracker(none, none),
    firstDenials: new FirstDenials([]),
    clock: new EventClock({
      timezone: "UTC",
      notAfter: Date.UTC(2026, 10, 23) * 1000,
      live: false,
    }),
  };
}

/** Counts all lines once, in batches, and takes what they amount to. */
function round(): void {
  const source = sourceOf();
  const tallies = new LineTallies();
  for (let start = 0; start < content.length; ) {
    const bytes = buffers.take();
    const copied = content.copy(bytes, 0, start, start + BATCH_BYTES);
    const end = bytes.lastIndexOf(LF, copied - 1) + 1;
    const batch = { bytes, end, endOffset: start + end, readAgain: undefined };
    counter.count(source, batch, tallies);
    counter.aggregator.endBatch(batch, () => buffers.give(bytes));
    start += end;
  }
  counter.take(true);
  counter.aggregator.takeAttempts();
  lines += tallies.lines;
}

function usedBytes(): number {
  // What is freed by finalizers needs a second look.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

// Flows, names and buffers come with the first rounds, and optimized code.
round();
round();
const before = usedBytes();
const linesBefore = lines;
for (let index = 0; index < Number(rounds); index++) round();
const growth = usedBytes() - before;
// A buffer of the engine is a part of its memory.
const isEngine = buffers.take().buffer.byteLength > BATCH_BYTES;
process.stdout.write(JSON.stringify({ lines: lines - linesBefore, growth, isEngine }));
