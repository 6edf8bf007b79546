// Prints the count of each key of a log, as count-flows.awk does: parser and aggregator, no store.
import { EventClock } from "../dist/parsers/event-time.js";
import { LineRecord } from "../dist/parsers/line-record.js";
import { netfilterParser } from "../dist/parsers/netfilter-parser.js";
import { Aggregator } from "../dist/src/aggregate/aggregator.js";
import { lineBatches } from "../dist/src/follow/line-batches.js";
import { openContent } from "../dist/src/follow/open-content.js";
import { formatAddress } from "../dist/src/model/address.js";
import * as counted from "../dist/src/model/counted-batch.js";
import { protocolName } from "../dist/src/model/protocol.js";

const aggregator = new Aggregator({ deniedPrefixes: ["calico-packet*"] });
const clock = new EventClock({ timezone: "UTC", notAfter: Date.now() * 1000, live: false });
const record = new LineRecord();
const keys = [];
const packets = [];
let nodes = [];
let session = 0;

const content = openContent(process.argv[2]);
const takeBuffer = () => Buffer.allocUnsafeSlow(1024 * 1024);
for await (const { bytes, end } of lineBatches(content, {
  offset: 0,
  takeBuffer,
  endIsLine: true,
})) {
  for (let start = 0; start < end; start = record.next) {
    if (netfilterParser.parseNext(bytes, start, end, record) !== "log") continue;
    aggregator.add(bytes, start, record.end, record, clock.timeOf(record));
  }
  collect(aggregator.take(bytes));
  aggregator.takeAttempts();
}
let text = "";
for (let flow = 0; flow < keys.length; flow++) text += `${keys[flow]} ${packets[flow]}\n`;
process.stdout.write(text);

function collect({ startsSession, nodes: newNodes, flows, minutes }) {
  if (startsSession) {
    session = keys.length;
    nodes = [];
  }
  nodes.push(...newNodes);
  for (let flow = 0; flow < flows.count; flow++) {
    const at = flow * counted.FLOW_WORDS;
    keys.push(keyOf(flows.words.subarray(at, at + counted.FLOW_WORDS)));
    packets.push(0);
  }
  for (let row = 0; row < minutes.count; row++) {
    const at = row * counted.COUNT_COLUMNS;
    const flow = session + minutes.values[at + counted.COUNT_FLOW];
    packets[flow] += minutes.values[at + counted.COUNT_PACKETS];
  }
}

function keyOf(words) {
  const family = words[counted.FLOW_PROTOCOL] >>> 16;
  const address = (low, high) =>
    formatAddress(family, words[high], words[high + 1], words[high + 2], words[low]);
  const name = (word) => {
    const bytes = Buffer.from(words.buffer, words.byteOffset + word * 4, 16);
    const end = bytes.indexOf(0);
    return bytes.latin1Slice(0, end < 0 ? 16 : end);
  };
  return [
    address(counted.FLOW_SRC, counted.FLOW_SRC_HIGH),
    address(counted.FLOW_DST, counted.FLOW_DST_HIGH),
    protocolName((words[counted.FLOW_PROTOCOL] & 0xffff) - 1),
    words[counted.FLOW_PORT] === 0 ? "" : words[counted.FLOW_PORT] - 1,
    name(counted.FLOW_IN),
    name(counted.FLOW_OUT),
    nodes[words[counted.FLOW_ORIGIN] & 0xffff],
  ].join(" ");
}
