import { formatAddress } from "../src/model/address.ts";
import type { Packet } from "../src/model/denial.ts";
import { protocolName } from "../src/model/protocol.ts";
import { tcpFlagsOf } from "../src/model/tcp-flags.ts";
import type { LineRecord } from "./line-record.ts";
import { flag, number, some, textOf } from "./shown.ts";

/** The fields of a packet; without addresses where the kernel could not read any. */
export function packetOf(record: LineRecord): Partial<Packet> {
  const { family, text } = record;
  if (family === 0) return flag("truncated", record.truncated);
  return {
    src: formatAddress(family, record.src0, record.src1, record.src2, record.src3),
    dst: formatAddress(family, record.dst0, record.dst1, record.dst2, record.dst3),
    ...number("length", record.length),
    ...number("tos", record.tos),
    ...(record.precedence > 0 ? { precedence: record.precedence } : {}),
    ...number("ttl", record.ttl),
    ...number("id", record.id),
    ...number("flowLabel", record.flowLabel),
    ...flag("reservedBit", record.reservedBit),
    ...flag("dontFragment", record.dontFragment),
    ...flag("fragmentMore", record.fragmentMore),
    ...number("fragmentOffset", record.fragmentOffset),
    ...some("fragmentId", textOf(text, record.fragmentIdStart, record.fragmentIdEnd)),
    ...some("ipOptions", textOf(text, record.ipOptionsStart, record.ipOptionsEnd)),
    ...(record.extensionHeaders > 0 ? { extensionHeaders: record.extensionHeaders } : {}),
    ...number("unknownExtensionHeader", record.unknownExtensionHeader),
    ...some("spi", textOf(text, record.spiStart, record.spiEnd)),
    ...transportOf(record),
    ...icmpOf(record),
    ...number("incomplete", record.incomplete),
    ...flag("truncated", record.truncated),
  };
}

function transportOf(record: LineRecord): Partial<Packet> {
  const { text } = record;
  return {
    ...(record.protocol < 0 ? {} : { protocol: protocolName(record.protocol) }),
    ...number("srcPort", record.srcPort),
    ...number("dstPort", record.dstPort),
    ...number("udpLength", record.udpLength),
    ...number("tcpSeq", record.tcpSeq),
    ...number("tcpAck", record.tcpAck),
    ...number("window", record.window),
    ...(record.tcpFlags < 0 ? {} : { tcpFlags: tcpFlagsOf(record.tcpFlags) }),
    ...(record.urgentPointer > 0 ? { urgentPointer: record.urgentPointer } : {}),
    ...some("tcpOptions", textOf(text, record.tcpOptionsStart, record.tcpOptionsEnd)),
  };
}

function icmpOf(record: LineRecord): Partial<Packet> {
  return {
    ...number("icmpType", record.icmpType),
    ...number("icmpCode", record.icmpCode),
    ...number("icmpId", record.icmpId),
    ...number("icmpSeq", record.icmpSeq),
    ...number("icmpPointer", record.icmpPointer),
    ...(record.hasGateway ? { gateway: formatAddress(4, 0, 0, 0, record.gateway) } : {}),
    ...number("mtu", record.mtu),
  };
}
