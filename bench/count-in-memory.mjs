// Prints the count of each key of a log, as count-flows.awk does: parser and aggregator, no store.
import { EventClock } from "../parsers/event-time.ts";
import { LineRecord } from "../parsers/line-record.ts";
import { FirstDenials } from "../src/aggregate/first-denials.ts";
import { LineTallies } from "../src/aggregate/line-tallies.ts";
import { lineBatches } from "../src/follow/line-batches.ts";
import { openContent } from "../src/follow/open-content.ts";
import { formatAddress } from "../src/model/address.ts";
import { COUNT_COLUMNS, COUNT_FLOW, COUNT_PACKETS } from "../src/model/count-row.ts";
import * as key from "../src/model/flow-key.ts";
import { protocolName } from "../src/model/protocol.ts";
import { BatchCounter } from "../src/pipeline/batch-counter.ts";
import { RepeatedLine } from "../src/pipeline/repeated-line.ts";

const counter = new BatchCounter({ deniedPrefixes: ["calico-packet*"], forgetsText: true });
const buffers = counter.buffers(1024 * 1024);
const tallies = new LineTallies();
const source = {
  record: new LineRecord(),
  firstDenials: new FirstDenials([]),
  repeatedLine: new RepeatedLine(Buffer.alloc(0), true),
  clock: new EventClock({ timezone: "UTC", notAfter: Date.now() * 1000, live: false }),
};
const content = openContent(process.argv[2]);
for await (const batch of lineBatches(content, { offset: 0, buffers, endIsLine: true })) {
  counter.count(source, batch, tallies);
  counter.aggregator.endBatch(batch, () => buffers.give(batch.bytes));
}
const { nodes, flows, minutes } = counter.take();
const packets = new Float64Array(flows.count);
for (let row = 0; row < minutes.count * COUNT_COLUMNS; row += COUNT_COLUMNS) {
  packets[minutes.values[row + COUNT_FLOW]] += minutes.values[row + COUNT_PACKETS];
}
const { words } = flows;
const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
let text = "";
for (let flow = 0; flow < flows.count; flow++) {
  text += `${keyOf(flow * key.FLOW_WORDS)} ${packets[flow]}\n`;
}
process.stdout.write(text);

function keyOf(at) {
  const protocol = protocolName((words[at + key.FLOW_PROTOCOL] & 0xffff) - 1);
  const port = words[at + key.FLOW_PORT] === 0 ? "" : words[at + key.FLOW_PORT] - 1;
  const node = nodes[words[at + key.FLOW_ORIGIN] & 0xffff];
  return (
    `${addressOf(at, key.FLOW_SRC, key.FLOW_SRC_HIGH)} ` +
    `${addressOf(at, key.FLOW_DST, key.FLOW_DST_HIGH)} ${protocol} ${port} ` +
    `${nameOf(at + key.FLOW_IN)} ${nameOf(at + key.FLOW_OUT)} ${node}`
  );
}

function addressOf(at, low, high) {
  const family = words[at + key.FLOW_PROTOCOL] >>> 16;
  const first = at + high;
  return formatAddress(family, words[first], words[first + 1], words[first + 2], words[at + low]);
}

/** At most 15 bytes, and a zero behind them. */
function nameOf(word) {
  const start = word * 4;
  let end = start;
  while (bytes[end] !== 0) end++;
  return bytes.latin1Slice(start, end);
}
