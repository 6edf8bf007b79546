import { formatAddress } from "../src/model/address.ts";
import type { Packet } from "../src/model/denial.ts";
import type { Mutable } from "../src/model/mutable.ts";
import { protocolName } from "../src/model/protocol.ts";
import { tcpFlagsOf } from "../src/model/tcp-flags.ts";
import type { LineRecord } from "./line-record.ts";
import { textOf } from "./shown.ts";

type Fields = Mutable<Partial<Packet>>;

/** Adds the fields of a packet; no addresses where the kernel could not read any. */
export function addPacket(record: LineRecord, into: Fields): void {
  if (record.family !== 0) {
    addIp(record, into);
    addTransport(record, into);
    addIcmp(record, into);
    if (record.incomplete >= 0) into.incomplete = record.incomplete;
  }
  if (record.truncated) into.truncated = true;
}

function addIp(record: LineRecord, into: Fields): void {
  const { family, text } = record;
  into.src = formatAddress(family, record.src0, record.src1, record.src2, record.src3);
  into.dst = formatAddress(family, record.dst0, record.dst1, record.dst2, record.dst3);
  if (record.length >= 0) into.length = record.length;
  if (record.tos >= 0) into.tos = record.tos;
  if (record.precedence > 0) into.precedence = record.precedence;
  if (record.ttl >= 0) into.ttl = record.ttl;
  if (record.id >= 0) into.id = record.id;
  if (record.flowLabel >= 0) into.flowLabel = record.flowLabel;
  if (record.reservedBit) into.reservedBit = true;
  if (record.dontFragment) into.dontFragment = true;
  if (record.fragmentMore) into.fragmentMore = true;
  if (record.fragmentOffset >= 0) into.fragmentOffset = record.fragmentOffset;
  const fragmentId = textOf(text, record.fragmentIdStart, record.fragmentIdEnd);
  if (fragmentId !== "") into.fragmentId = fragmentId;
  const ipOptions = textOf(text, record.ipOptionsStart, record.ipOptionsEnd);
  if (ipOptions !== "") into.ipOptions = ipOptions;
  if (record.extensionHeaders > 0) into.extensionHeaders = record.extensionHeaders;
  if (record.unknownExtensionHeader >= 0) {
    into.unknownExtensionHeader = record.unknownExtensionHeader;
  }
  const spi = textOf(text, record.spiStart, record.spiEnd);
  if (spi !== "") into.spi = spi;
}

function addTransport(record: LineRecord, into: Fields): void {
  const { text } = record;
  if (record.protocol >= 0) into.protocol = protocolName(record.protocol);
  if (record.srcPort >= 0) into.srcPort = record.srcPort;
  if (record.dstPort >= 0) into.dstPort = record.dstPort;
  if (record.udpLength >= 0) into.udpLength = record.udpLength;
  if (record.tcpSeq >= 0) into.tcpSeq = record.tcpSeq;
  if (record.tcpAck >= 0) into.tcpAck = record.tcpAck;
  if (record.window >= 0) into.window = record.window;
  if (record.tcpFlags >= 0) into.tcpFlags = tcpFlagsOf(record.tcpFlags);
  if (record.urgentPointer > 0) into.urgentPointer = record.urgentPointer;
  const tcpOptions = textOf(text, record.tcpOptionsStart, record.tcpOptionsEnd);
  if (tcpOptions !== "") into.tcpOptions = tcpOptions;
}

function addIcmp(record: LineRecord, into: Fields): void {
  if (record.icmpType >= 0) into.icmpType = record.icmpType;
  if (record.icmpCode >= 0) into.icmpCode = record.icmpCode;
  if (record.icmpId >= 0) into.icmpId = record.icmpId;
  if (record.icmpSeq >= 0) into.icmpSeq = record.icmpSeq;
  if (record.icmpPointer >= 0) into.icmpPointer = record.icmpPointer;
  if (record.hasGateway) into.gateway = formatAddress(4, 0, 0, 0, record.gateway);
  if (record.mtu >= 0) into.mtu = record.mtu;
}
