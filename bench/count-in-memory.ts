/**
 * A program: prints the count of each key of a log, as count-flows.awk does, by the parser and the
 * aggregator without a store. bench/own-commands.ts bundles it, as the build does with the product.
 */
import { writeSync } from "node:fs";
import { EventClock } from "../parsers/event-time.ts";
import { LineRecord } from "../parsers/line-record.ts";
import { FirstDenials } from "../src/aggregate/first-denials.ts";
import { LineTallies } from "../src/aggregate/line-tallies.ts";
import { ReportedLosses } from "../src/aggregate/reported-losses.ts";
import { lineBatches } from "../src/follow/line-batches.ts";
import { openContent } from "../src/follow/open-content.ts";
import { formatAddress } from "../src/model/address.ts";
import { COUNT_COLUMNS, COUNT_FLOW, COUNT_PACKETS } from "../src/model/count-row.ts";
import type { CountRows, FlowKeys } from "../src/model/counted-batch.ts";
import * as key from "../src/model/flow-key.ts";
import { protocolName } from "../src/model/protocol.ts";
import { BatchCounter } from "../src/pipeline/batch-counter.ts";
import { RepeatedLine } from "../src/pipeline/repeated-line.ts";

const BATCH_BYTES = 1024 * 1024;
const OUTPUT_BYTES = 64 * 1024;
/** Two IPv6 addresses, two interfaces, a node and the numbers. */
const KEY_BYTES_MAX = 1024;
const STDOUT = 1;
const SPACE = 0x20;
const LF = 0x0a;
const DOT = 0x2e;
const ZERO = 0x30;

const output = Buffer.allocUnsafeSlow(OUTPUT_BYTES);
/** How much of it is filled. */
let end = 0;

const counter = new BatchCounter({ deniedPrefixes: ["calico-packet*"], forgetsText: true });
await countLines(process.argv[2]!);
const { nodes, flows, minutes } = counter.aggregator.takeInPlace();
print(nodes, flows, packetsOf(flows, minutes));

async function countLines(path: string): Promise<void> {
  const buffers = counter.buffers(BATCH_BYTES);
  const tallies = new LineTallies();
  const content = openContent(path);
  const source = {
    checkpoint: { kind: content.kind, offset: 0 },
    record: new LineRecord(),
    firstDenials: new FirstDenials([]),
    reportedLosses: new ReportedLosses(),
    repeatedLine: new RepeatedLine(Buffer.alloc(0), true),
    clock: new EventClock({ timezone: "UTC", notAfter: Date.now() * 1000, live: false }),
  };
  for await (const batch of lineBatches(content, { offset: 0, buffers, endIsLine: true })) {
    counter.count(source, batch, tallies);
    counter.aggregator.endBatch(batch, () => buffers.give(batch.bytes));
  }
}

/** By number of the flow. */
function packetsOf({ count }: FlowKeys, minutes: CountRows): Float64Array {
  const packets = new Float64Array(count);
  const { values } = minutes;
  for (let at = 0; at < minutes.count * COUNT_COLUMNS; at += COUNT_COLUMNS) {
    packets[values[at + COUNT_FLOW]!]! += values[at + COUNT_PACKETS]!;
  }
  return packets;
}

function print(nodes: readonly string[], { count, words }: FlowKeys, packets: Float64Array): void {
  const names = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  for (let flow = 0; flow < count; flow++) {
    const at = flow * key.FLOW_WORDS;
    const port = words[at + key.FLOW_PORT]!;
    putAddress(words, at, key.FLOW_SRC, key.FLOW_SRC_HIGH);
    putAddress(words, at, key.FLOW_DST, key.FLOW_DST_HIGH);
    putText(protocolName((words[at + key.FLOW_PROTOCOL]! & 0xffff) - 1), SPACE);
    if (port === 0) putText("", SPACE);
    else putNumber(port - 1, SPACE);
    putName(names, at + key.FLOW_IN);
    putName(names, at + key.FLOW_OUT);
    putText(nodes[words[at + key.FLOW_ORIGIN]! & 0xffff]!, SPACE);
    putNumber(packets[flow]!, LF);
    if (end > OUTPUT_BYTES - KEY_BYTES_MAX) flush();
  }
  flush();
}

function putAddress(words: Int32Array, at: number, low: number, high: number): void {
  const word = words[at + low]!;
  if (words[at + key.FLOW_PROTOCOL]! >>> 16 === 6) {
    const first = at + high;
    putText(formatAddress(6, words[first]!, words[first + 1]!, words[first + 2]!, word), SPACE);
    return;
  }
  putNumber(word >>> 24, DOT);
  putNumber((word >>> 16) & 255, DOT);
  putNumber((word >>> 8) & 255, DOT);
  putNumber(word & 255, SPACE);
}

/** At most 15 bytes, and a zero behind them. */
function putName(bytes: Buffer, word: number): void {
  for (let at = word * 4; bytes[at] !== 0; at++) output[end++] = bytes[at]!;
  output[end++] = SPACE;
}

function putText(text: string, delimiter: number): void {
  for (let at = 0; at < text.length; at++) output[end++] = text.charCodeAt(at);
  output[end++] = delimiter;
}

function putNumber(value: number, delimiter: number): void {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  let rest = value;
  for (let at = end + digits - 1; at >= end; at--) {
    output[at] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  end += digits;
  output[end++] = delimiter;
}

function flush(): void {
  for (let written = 0; written < end; ) {
    written += writeSync(STDOUT, output, written, end - written);
  }
  end = 0;
}
