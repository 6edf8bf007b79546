/**
 * Counts the same lines again and again, and prints as JSON by how many bytes memory grew after the
 * first round. Run with --expose-gc; arguments: the file of lines, and the number of rounds.
 */
import { readFileSync } from "node:fs";
import { LineTallies } from "../../src/aggregate/line-tallies.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { BatchCounter } from "../../src/pipeline/batch-counter.ts";
import { newSource } from "./new-source.ts";

const BATCH_BYTES = 1024 * 1024;
const LF = 0x0a;
const [path = "", rounds = "1"] = process.argv.slice(2);

const counter = new BatchCounter({ deniedPrefixes: deniedPrefixDefaults });
const buffers = counter.buffers(BATCH_BYTES);
const content = readFileSync(path);
let lines = 0;

/** Counts all lines once, in batches, and takes what they amount to. */
function round(): void {
  const source = newSource({ isBegun: false });
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
  counter.take();
  counter.aggregator.endTransaction();
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
