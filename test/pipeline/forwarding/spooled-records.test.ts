import fc from "fast-check";
import { expect, test } from "vitest";
import { messageFormatter } from "../../../src/forward/message/message-formatter.ts";
import {
  messageDefaults,
  type MessageSettings,
  messageFormats,
} from "../../../src/forward/message/message-settings.ts";
import { parseNetworks } from "../../../src/model/network.ts";
import { podInterfaceDefaults } from "../../../src/model/pod-interface.ts";
import { deniedPrefixDefaults } from "../../../src/model/verdict.ts";
import { RecordReader } from "../../../src/pipeline/forwarding/spooled-records.ts";
import { EndpointResolver } from "../../../src/query/endpoints/endpoint-resolver.ts";
import type { NameSource } from "../../../src/query/endpoints/name-source.ts";
import { runs } from "../../long-run.ts";
import { addresses, hashes, moment, names } from "../../query/endpoints/generated-names.ts";

const prefixes = { deniedPrefixes: deniedPrefixDefaults, prefixTemplate: "calico-packet %t %k %n" };
const naming = {
  podInterfaces: podInterfaceDefaults,
  networks: parseNetworks({ office: "10.0.0.0/30" }),
};
const ADDED_AT = Date.UTC(2026, 10, 22, 14) * 1000;

const flow = fc.record({
  route: fc.constantFrom(...hashes.map((hash) => `IN=cali${hash} OUT=`), "IN=eth0 OUT="),
  src: fc.constantFrom(...addresses),
  dstPort: fc.constantFrom(80, 30_001),
  prefix: fc.constantFrom("calico-packet: ", "calico-packet app gnp deny-all "),
});

/** One line each, of one of the flows that there are. */
const drawn = fc.record({
  flow: fc.nat(),
  srcPort: fc.constantFrom(9, 40_000, 40_001, 65_535),
  id: fc.nat({ max: 65_535 }),
  time: moment,
});

type Line = { readonly text: string; readonly time: number };

const lines = fc
  .tuple(
    fc.array(flow, { minLength: 1, maxLength: 3 }),
    fc.array(drawn, { minLength: 1, maxLength: 60, size: "max" }),
  )
  .map(([flows, all]) =>
    all.map(({ flow: index, srcPort, id, time }): Line => {
      const { route, src, dstPort, prefix } = flows[index % flows.length]!;
      const stamp = new Date(time / 1000).toISOString();
      const text =
        `${stamp} worker-1 kernel: [123.456789] ${prefix}${route} SRC=${src} DST=10.0.0.9 LEN=60 ` +
        `TOS=0x00 PREC=0x00 TTL=63 ID=${id} DF PROTO=UDP SPT=${srcPort} DPT=${dstPort} LEN=40 `;
      return { text, time };
    }),
  );

/** Other names are known from a line on. */
const generated = fc.record({
  lines,
  offset: fc.constantFrom(0, 36 ** 8 - 300, 36 ** 9),
  before: names,
  after: names,
  changeAt: fc.nat({ max: 60 }),
  node: fc.constantFrom("worker-1", "worker-2"),
  sequence: fc.constantFrom(1, 5, 95, 999_980),
  settings: fc.record({
    format: fc.constantFrom(...messageFormats),
    names: fc.boolean(),
    messageBytesMax: fc.constantFrom(480, 560, 8096),
  }),
});
type Generated = typeof generated extends fc.Arbitrary<infer Value> ? Value : never;

/** Lines of which the shape was known, to see that there are some. */
let shaped = 0;

/** The messages of all lines. */
function messagesOf(run: Generated, withShapes: boolean): readonly string[] {
  let source = run.before;
  const live: NameSource = {
    podsOf: (hash) => source.podsOf(hash),
    leasesOf: (address) => source.leasesOf(address),
    current: () => source,
  };
  const settings: MessageSettings = { ...messageDefaults, version: "1.0.0", ...run.settings };
  const resolver = new EndpointResolver(naming, live);
  const reader = new RecordReader(prefixes, resolver, withShapes);
  const format = messageFormatter(settings);
  const bytes = Buffer.from(run.lines.map(({ text }) => text).join(""));
  let end = 0;
  const events = {
    count: run.lines.length,
    bytes,
    ends: Int32Array.from(run.lines, ({ text }) => (end += text.length)),
    offsets: Float64Array.from(run.lines, (_, index) => run.offset + index * 10),
    times: Float64Array.from(run.lines, ({ time }) => time),
  };
  const chunk = { id: 1, addedAt: ADDED_AT, content: "content", kind: "events", events } as const;
  return run.lines.map((_, index) => {
    if (index === run.changeAt) source = run.after;
    // The agent had another name when it wrote the second half.
    const node = index < 30 ? "worker-1" : run.node;
    const outgoing = reader.recordsOf({ ...chunk, node }).at(index);
    if (outgoing.kind === "event" && outgoing.shaped !== undefined) shaped++;
    return format(outgoing, run.sequence + index).bytes.toString("latin1");
  });
}

test("what is known of a line's like changes no message", () => {
  fc.assert(
    fc.property(generated, (run) => {
      expect(messagesOf(run, true)).toEqual(messagesOf(run, false));
    }),
    { numRuns: runs(6000) },
  );
  expect(shaped).toBeGreaterThan(runs(6000));
});
