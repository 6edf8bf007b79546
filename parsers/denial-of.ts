import { formatAddress } from "../src/model/address.ts";
import type { Denial, Mac, Packet } from "../src/model/denial.ts";
import { protocolName } from "../src/model/protocol.ts";
import { tcpFlagsOf } from "../src/model/tcp-flags.ts";
import { formatTime } from "../src/model/time-window.ts";
import type { PrefixMeaning } from "../src/model/prefix-meaning.ts";
import { ABSENT, LineRecord } from "./line-record.ts";
import { readInnerPacket } from "./inner-packet.ts";

const decoder = new TextDecoder();
const MAC_ADDRESS_CHARACTERS = 17;

export type Circumstances = {
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly timeInferred: boolean;
  readonly node?: string | undefined;
  /** What the prefix of the line means. */
  readonly meaning: PrefixMeaning;
};

/** The text and the values of a line that was read into `record`. Allocates: for showing only. */
export function denialOf(
  bytes: Uint8Array,
  record: LineRecord,
  { time, timeInferred, node, meaning }: Circumstances,
): Denial {
  const nodeName = node ?? text(bytes, record.nodeStart, record.nodeEnd);
  return {
    time: formatTime(time, timeInferred ? 6 : record.stampDigits),
    ...(timeInferred ? { timeInferred } : {}),
    ...some("node", nodeName),
    prefix: prefixOf(bytes, record),
    verdict: meaning.verdict,
    ...policyOf(meaning),
    ...(record.repeated > 1 ? { repeated: record.repeated } : {}),
    ...(record.uptimeSeconds === ABSENT
      ? {}
      : { uptime: record.uptimeSeconds + record.uptimeMicros / 1_000_000 }),
    ...some("in", text(bytes, record.inStart, record.inEnd)),
    ...some("out", text(bytes, record.outStart, record.outEnd)),
    ...macOf(bytes, record),
    ...packetOf(record),
    ...number("uid", record.uid),
    ...number("gid", record.gid),
    ...some("mark", text(bytes, record.markStart, record.markEnd)),
    ...innerOf(bytes, record),
  };
}

/** The text before `IN=`, the separator included. */
export function prefixOf(bytes: Uint8Array, { prefixStart, prefixEnd }: LineRecord): string {
  return text(bytes, prefixStart, prefixEnd);
}

function policyOf({ tier = "", kind = "", policy = "", policyCut }: PrefixMeaning): object {
  return {
    ...some("tier", tier),
    ...some("kind", kind),
    ...some("policy", policy),
    ...(policyCut === true ? { policyCut } : {}),
  };
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return start >= end ? "" : decoder.decode(bytes.subarray(start, end));
}

function some<K extends string>(name: K, value: string): { [key in K]?: string } {
  return value === "" ? {} : ({ [name]: value } as { [key in K]?: string });
}

function number<K extends string>(name: K, value: number): { [key in K]?: number } {
  // ABSENT, or what the packet in an ICMP error has where a number should be.
  return value < 0 ? {} : ({ [name]: value } as { [key in K]?: number });
}

function packetOf(record: LineRecord): Packet {
  const { family } = record;
  return {
    src: formatAddress(family, record.src0, record.src1, record.src2, record.src3),
    dst: formatAddress(family, record.dst0, record.dst1, record.dst2, record.dst3),
    ...number("length", record.length),
    ...number("tos", record.tos),
    ...number("ttl", record.ttl),
    ...number("id", record.id),
    ...(record.fragmentMore ? { fragmentMore: true } : {}),
    ...number("fragmentOffset", record.fragmentOffset),
    ...(record.protocol < 0 ? {} : { protocol: protocolName(record.protocol) }),
    ...number("srcPort", record.srcPort),
    ...number("dstPort", record.dstPort),
    ...number("window", record.window),
    ...(record.tcpFlags < 0 ? {} : { tcpFlags: tcpFlagsOf(record.tcpFlags) }),
    ...number("icmpType", record.icmpType),
    ...number("icmpCode", record.icmpCode),
    ...number("icmpId", record.icmpId),
    ...number("icmpSeq", record.icmpSeq),
    ...(record.hasGateway ? { gateway: formatAddress(4, 0, 0, 0, record.gateway) } : {}),
    ...number("mtu", record.mtu),
    ...number("incomplete", record.incomplete),
  };
}

/** The packet that an ICMP error carries: read by the same grammar, kept apart from the outer. */
function innerOf(bytes: Uint8Array, outer: LineRecord): { inner?: Partial<Packet> } {
  if (outer.innerStart === outer.innerEnd) return {};
  const record = new LineRecord();
  return { inner: readInnerPacket(bytes, outer, record) ? packetOf(record) : {} };
}

/**
 * Destination, source and type of an Ethernet header, in whichever of its two forms; other link
 * layers have no such parts.
 */
function macOf(bytes: Uint8Array, record: LineRecord): { mac?: Mac } {
  const mac = text(bytes, record.macStart, record.macEnd);
  const decoded = /^MACSRC=(\S+) MACDST=(\S+) .*?MACPROTO=(\S+)/.exec(mac);
  if (decoded !== null) {
    const [, src = "", dst = "", type = ""] = decoded;
    return { mac: { dst, src, type } };
  }
  if (mac.length < 2 * MAC_ADDRESS_CHARACTERS + 1) return {};
  const dst = mac.slice(0, MAC_ADDRESS_CHARACTERS);
  const src = mac.slice(MAC_ADDRESS_CHARACTERS + 1, 2 * MAC_ADDRESS_CHARACTERS + 1);
  return { mac: { dst, src, ...some("type", mac.slice(2 * MAC_ADDRESS_CHARACTERS + 2)) } };
}
