import { denialOf } from "../../parsers/denial-of.ts";
import { EventClock } from "../../parsers/event-time.ts";
import type { LineResult } from "../../parsers/line-parser.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { prefixText } from "../../parsers/prefix.ts";
import { textOf } from "../../parsers/shown.ts";
import type { Denial, Packet } from "../../src/model/denial.ts";
import { prefixJudge } from "../../src/model/prefix-meaning.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { notAfter } from "./read-line.ts";

/** A line of samples/golden/edge-cases.log as it was read; `denial` only where a packet was. */
export type GoldenRead = {
  readonly result: LineResult;
  readonly record: LineRecord;
  readonly denial: Partial<Denial>;
};

const judge = prefixJudge({ deniedPrefixes: deniedPrefixDefaults });

export function goldenRead(line: string): GoldenRead {
  const bytes = Buffer.from(line);
  const record = new LineRecord();
  const result = netfilterParser.parse(bytes, 0, bytes.length, record);
  if (record.family === 0) return { result, record, denial: ofHeader(record) };
  const clock = new EventClock({ timezone: "UTC", notAfter, live: false });
  const time = clock.timeOf(record);
  const timeInferred = clock.inferred;
  const meaning = judge(prefixText(record));
  return { result, record, denial: denialOf(record, { time, timeInferred, meaning }) };
}

function ofHeader(record: LineRecord): Partial<Denial> {
  const of = (start: number, end: number) => textOf(record.text, start, end);
  const into = of(record.inStart, record.inEnd);
  return {
    prefix: of(record.prefixStart, record.prefixEnd),
    ...(into === "" ? {} : { in: into }),
  };
}

/** What the golden parses call something, and where it is in what we read. `null` for nothing. */
export type Translation = (read: GoldenRead) => unknown;

const field =
  (name: keyof Denial): Translation =>
  ({ denial }) =>
    denial[name] ?? null;

/** The names of a packet, which are those of the packet in brackets too. */
const packetNames: Readonly<Record<string, keyof Packet>> = {
  src: "src",
  dst: "dst",
  len: "length",
  spt: "srcPort",
  dpt: "dstPort",
  incomplete: "incomplete",
  "udp.len": "udpLength",
};

const icmpNames: Readonly<Record<string, keyof Packet>> = {
  type: "icmpType",
  code: "icmpCode",
  id: "icmpId",
  seq: "icmpSeq",
  mtu: "mtu",
  gateway: "gateway",
  parameter: "icmpPointer",
};

function protocolOf(packet: Partial<Packet>): unknown {
  const { protocol } = packet;
  if (protocol === undefined) return null;
  if (/^\d+$/.test(protocol)) return Number(protocol);
  return protocol === "icmpv6" ? "ICMPv6" : protocol.toUpperCase();
}

function icmpOf(packet: Partial<Packet>): unknown {
  const entries = Object.entries(icmpNames).map(([name, ours]) => [name, packet[ours]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function units(packet: Partial<Packet>): unknown {
  return packet.fragmentOffset === undefined ? null : packet.fragmentOffset / 8;
}

function innerOf({ denial: { inner } }: GoldenRead): unknown {
  if (inner === undefined) return null;
  const of = Object.entries(packetNames).map(([name, ours]) => [name, inner[ours] ?? null]);
  return {
    ...Object.fromEntries(of),
    proto: protocolOf(inner),
    icmp: icmpOf(inner),
    truncated: inner.truncated ?? null,
    "frag.units8": units(inner),
  };
}

function extensionsOf({ denial }: GoldenRead): unknown {
  const { spi, fragmentId, fragmentOffset, fragmentMore } = denial;
  const fragment = { frag: fragmentOffset, more: fragmentMore, id: fragmentId };
  // The kernel does not say in one field which of the two headers the index is from.
  const security = spi === undefined ? [] : [{ spi: spi.slice(2) }];
  return [...security, ...(fragmentId === undefined ? [] : [fragment])];
}

/** `Mar 17 13:39:13` and the others, as the denial has it. */
const shownTime: Translation = ({ denial }) => (denial.timeInferred ? null : denial.time);

const macOf: Translation = ({ denial: { mac } }) => mac ?? null;

/** The one table from the golden parses' own names to ours. */
export const translations: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries(Object.entries(packetNames).map(([name, ours]) => [name, field(ours)])),
  prefix: field("prefix"),
  uptime: field("uptime"),
  caller: field("caller"),
  in: field("in"),
  out: field("out"),
  physin: field("physIn"),
  physout: field("physOut"),
  mac: macOf,
  "mac.bytes": ({ denial: { mac } }) => mac?.bytes ?? 14,
  "mac.src": ({ record: { text, macStart } }) => textOf(text, macStart + 7, macStart + 24),
  vlan: ({ denial: { vlan } }) => ({ proto: vlan?.protocol, vid: vlan?.id }),
  tunnel: field("tunnel"),
  "ip.len": field("length"),
  "v6.len": field("length"),
  "ip.id": field("id"),
  ttl: field("ttl"),
  tos: field("tos"),
  df: field("dontFragment"),
  mf: field("fragmentMore"),
  "frag.units8": ({ denial }) => units(denial),
  "frag.bytes": field("fragmentOffset"),
  "v6.frag": ({ denial: { fragmentOffset, fragmentMore = false, fragmentId } }) => ({
    offsetBytes: fragmentOffset,
    more: fragmentMore,
    id: fragmentId,
  }),
  "v6.extHeaders": field("extensionHeaders"),
  "v6.ext": extensionsOf,
  "v6.unknownExtHdr": field("unknownExtensionHeader"),
  "ip.opt": field("ipOptions"),
  truncated: ({ record }) => record.truncated,
  proto: ({ denial }) => protocolOf(denial),
  icmp: ({ denial }) => icmpOf(denial),
  inner: innerOf,
  "tcp.flags": field("tcpFlags"),
  "tcp.seq": field("tcpSeq"),
  "tcp.ackNumber": field("tcpAck"),
  "tcp.opt": field("tcpOptions"),
  "tcp.optTruncated": ({ record }) => record.truncated,
  urgp: ({ record }) => Math.max(0, record.urgentPointer),
  mark: field("mark"),
  uid: field("uid"),
  gid: field("gid"),
  dialect: field("dialect"),
  repeat: field("repeated"),
  repeatOfPrevious: ({ result, record }) =>
    result === "repeat-of-previous" ? record.repeated : null,
  time: shownTime,
  host: field("node"),
  suppressed: ({ record }) => ({ by: record.lostBy, n: record.lost }),
  lost: ({ record }) => ({ by: record.lostBy, n: record.lost }),
  reply: ({ denial }) => denial.verdict === "allowed",
};
