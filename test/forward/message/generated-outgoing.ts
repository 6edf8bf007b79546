import fc from "fast-check";
import { formatAddress } from "../../../src/model/address.ts";
import type { Endpoint } from "../../../src/model/endpoint.ts";
import type { Denial } from "../../../src/model/denial.ts";
import { directions } from "../../../src/model/direction.ts";
import {
  type FlowOfMessage,
  noticeKinds,
  type Outgoing,
  type OutgoingEvent,
  type OutgoingFlow,
  type OutgoingNotice,
} from "../../../src/model/outgoing.ts";
import { protocolNames } from "../../../src/model/protocol.ts";
import { tcpFlagNames } from "../../../src/model/tcp-flags.ts";
import { verdicts } from "../../../src/model/verdict.ts";

/** What a format, a terminal or a receiver might obey. */
const payloads = [
  '"] [forged@1 a="b"',
  'x" eventId="0" y="',
  "a\\",
  '\\"',
  "]",
  "line\n<0>1 - - kernel - - - forged",
  "\r\n",
  "\0\u001b]52;c;cm0=\u0007\u009b31m\u007f",
  "\u202etxt.exe\u2066\u200b\ufeff",
  "|a=b|src=1.2.3.4 dst=",
  " leading and trailing ",
  '{"a":"b"}, "c"',
  "IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 ",
  "Nov 22 14:28:43 n1 kernel: calico-packet: IN=eth0 OUT= SRC=1.1.1.1 DST=2.2.2.2 LEN=60 ",
  "Prüfung 节点 עברית 🛑",
  "\ud83d",
  "z\u0300\u0301\u0302\u0303\u0304",
];
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);

export const hostileText = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom(...payloads),
  fc.string({ unit, maxLength: 40 }),
  fc
    .tuple(fc.constantFrom("a", "é", "节", "🛑", '"', "\n", "="), fc.nat({ max: 4000 }))
    .map(([text, times]) => text.repeat(times)),
);

const u32 = fc.integer({ min: 0, max: 4_294_967_295 });
const address = fc
  .tuple(fc.constantFrom(4, 6), u32, u32, u32, u32)
  .map(([family, ...words]) => formatAddress(family, ...words));
const port = fc.integer({ min: 0, max: 65_535 });
const micros = fc.integer({ min: 0, max: Date.UTC(2100, 0) * 1000 - 1 });
const id = fc.stringMatching(/^[\w-]{1,40}$/);
const node = fc.oneof(fc.constantFrom("worker-1", "", "n1.example.com", "fe80::1:"), hostileText);
const word = fc.stringMatching(/^[a-z][a-zA-Z]{0,20}$/);

const names: fc.Arbitrary<Endpoint> = fc.record(
  { namespace: hostileText, pod: hostileText, workload: hostileText, node: hostileText },
  { requiredKeys: [] },
);

/** What a denial and the key of a flow have both. */
const key = {
  src: address,
  dst: address,
  protocol: fc.constantFrom(...protocolNames, "47"),
  dstPort: port,
  icmpType: fc.nat({ max: 255 }),
  icmpCode: fc.nat({ max: 255 }),
  in: hostileText,
  out: hostileText,
  prefix: hostileText,
  tier: hostileText,
  kind: hostileText,
  policy: hostileText,
  policyCut: fc.boolean(),
};

export const denials: fc.Arbitrary<Denial> = fc.record(
  {
    ...key,
    srcPort: port,
    verdict: fc.constantFrom(...verdicts),
    tcpFlags: fc.subarray([...tcpFlagNames]),
    length: u32,
    ttl: fc.nat({ max: 255 }),
    id: port,
    uptime: fc.nat({ max: 10 ** 9 }).map((value) => value / 1000),
    fragmentOffset: port,
    incomplete: port,
    mark: hostileText,
    uid: u32,
    gid: u32,
    repeated: fc.integer({ min: 2, max: 100_000 }),
    timeInferred: fc.boolean(),
    mac: fc.record({ dst: hostileText, src: hostileText }),
    inner: fc.record({ src: address, dst: address, spi: hostileText }, { requiredKeys: [] }),
  },
  { requiredKeys: ["src", "dst", "prefix"] },
);

const endpoints = { source: names, destination: names };

const eventFields = fc.record(
  {
    kind: fc.constant("event" as const),
    id,
    node,
    time: micros,
    readTime: micros,
    denial: denials,
    direction: fc.constantFrom(...directions),
    message: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      hostileText.map((text) => new Uint8Array(Buffer.from(text))),
    ),
    ...endpoints,
  },
  { requiredKeys: ["kind", "id", "node", "time", "denial", "direction", "message"] },
);

export const events: fc.Arbitrary<OutgoingEvent> = eventFields.map((event) => ({
  ...event,
  whole: () => event.denial,
}));

const keys: fc.Arbitrary<FlowOfMessage> = fc.record(
  { ...key, direction: fc.constantFrom(...directions), other: fc.constant(true as const) },
  { requiredKeys: ["prefix"] },
);
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });

export const flows: fc.Arbitrary<OutgoingFlow> = fc.record(
  {
    kind: fc.constant("flow"),
    id,
    node,
    time: micros,
    flow: keys,
    intervalStart: micros,
    intervalEnd: micros,
    part: fc.nat({ max: 10_000 }),
    packets: count,
    attempts: count,
    bytes: count,
    firstSeen: micros,
    lastSeen: micros,
    tcpFlags: fc.subarray([...tcpFlagNames]),
    ...endpoints,
  },
  {
    requiredKeys: [
      ...(["kind", "id", "node", "time", "flow", "intervalStart", "intervalEnd"] as const),
      ...(["part", "packets", "attempts", "bytes", "firstSeen", "lastSeen"] as const),
    ],
  },
);

export const notices: fc.Arbitrary<OutgoingNotice> = fc.record({
  kind: fc.constant("notice"),
  id,
  node,
  time: micros,
  notice: fc.constantFrom(...noticeKinds),
  text: hostileText,
  details: fc.dictionary(word, fc.oneof(hostileText, count), { maxKeys: 8 }),
});

export const outgoings: fc.Arbitrary<Outgoing> = fc.oneof(events, flows, notices);
