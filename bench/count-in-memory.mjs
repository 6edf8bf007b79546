// Prints the count of each key of a log, as count-flows.awk does: parser and aggregator, no store.
import { EventClock } from "../dist/parsers/event-time.js";
import { LineRecord } from "../dist/parsers/line-record.js";
import { FirstDenials } from "../dist/src/aggregate/first-denials.js";
import { LineTallies } from "../dist/src/aggregate/line-tallies.js";
import { lineBatches } from "../dist/src/follow/line-batches.js";
import { openContent } from "../dist/src/follow/open-content.js";
import { formatAddress } from "../dist/src/model/address.js";
import { COUNT_COLUMNS, COUNT_FLOW, COUNT_PACKETS } from "../dist/src/model/count-row.js";
import * as key from "../dist/src/model/flow-key.js";
import { protocolName } from "../dist/src/model/protocol.js";
import { BatchCounter } from "../dist/src/pipeline/batch-counter.js";

const counter = new BatchCounter({ deniedPrefixes: ["calico-packet*"] });
const buffers = counter.buffers(1024 * 1024);
const tallies = new LineTallies();
const source = {
  record: new LineRecord(),
  firstDenials: new FirstDenials([]),
  clock: new EventClock({ timezone: "UTC", notAfter: Date.now() * 1000, live: false }),
};
const content = openContent(process.argv[2]);
for await (const batch of lineBatches(content, { offset: 0, buffers, endIsLine: true })) {
  counter.count(source, batch, tallies);
  counter.aggregator.endBatch(batch, () => buffers.give(batch.bytes));
}
const { nodes, flows, minutes } = counter.take(false);
const packets = new Float64Array(flows.count);
for (let row = 0; row < minutes.count * COUNT_COLUMNS; row += COUNT_COLUMNS) {
  packets[minutes.values[row + COUNT_FLOW]] += minutes.values[row + COUNT_PACKETS];
}
let text = "";
for (let flow = 0; flow < flows.count; flow++) {
  const at = flow * key.FLOW_WORDS;
  text += `${keyOf(flows.words.subarray(at, at + key.FLOW_WORDS))} ${packets[flow]}\n`;
}
process.stdout.write(text);

function keyOf(words) {
  const family = words[key.FLOW_PROTOCOL] >>> 16;
  const address = (low, high) =>
    formatAddress(family, words[high], words[high + 1], words[high + 2], words[low]);
  const name = (word) => {
    const bytes = Buffer.from(words.buffer, words.byteOffset + word * 4, 16);
    const end = bytes.indexOf(0);
    return bytes.latin1Slice(0, end < 0 ? 16 : end);
  };
  return [
    address(key.FLOW_SRC, key.FLOW_SRC_HIGH),
    address(key.FLOW_DST, key.FLOW_DST_HIGH),
    protocolName((words[key.FLOW_PROTOCOL] & 0xffff) - 1),
    words[key.FLOW_PORT] === 0 ? "" : words[key.FLOW_PORT] - 1,
    name(key.FLOW_IN),
    name(key.FLOW_OUT),
    nodes[words[key.FLOW_ORIGIN] & 0xffff],
  ].join(" ");
}
