import {
  PROTOCOL_AH,
  PROTOCOL_ESP,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  PROTOCOL_UDPLITE,
} from "../src/model/protocol-number.ts";
import { readIcmp } from "./icmp.ts";
import { readIncomplete } from "./incomplete.ts";
import { ABSENT, type LineRecord } from "./line-record.ts";
import { absent, atWordEnd, type PacketResult } from "./packet-result.ts";
import { decimal, isDigit, key, key4, skip, skip4, skipSpaces, skipWord } from "./scan.ts";
import { readSpi } from "./spi.ts";
import { readTcp } from "./tcp.ts";

const SPT = key4("SPT=");
const DPT = key4("DPT=");
const LEN = key4("LEN=");
const SPI = key4("SPI=");
/** The name of a protocol, and its number. ulogd alone writes SCTP. */
const protocolKeys: readonly (readonly [Uint8Array, number])[] = [
  [key("TCP"), PROTOCOL_TCP],
  [key("UDPLITE"), PROTOCOL_UDPLITE],
  [key("UDP"), PROTOCOL_UDP],
  [key("ICMPv6"), PROTOCOL_ICMPV6],
  [key("ICMP"), PROTOCOL_ICMP],
  [key("AH"), PROTOCOL_AH],
  [key("ESP"), PROTOCOL_ESP],
  [key("SCTP"), PROTOCOL_SCTP],
];
const U16_MAX = 65_535;
const U32_MAX = 4_294_967_295;

/** What follows `PROTO=`. */
export function readTransport(bytes: Uint8Array, record: LineRecord): PacketResult {
  const result = readProtocol(bytes, record);
  if (result !== "packet") return result;
  skipSpaces(bytes, record);
  switch (record.protocol) {
    case PROTOCOL_TCP:
      if (!readPorts(bytes, record)) return "bad-number";
      return record.dstPort === ABSENT ? "packet" : readTcp(bytes, record);
    case PROTOCOL_UDP:
    case PROTOCOL_UDPLITE:
      if (!readPorts(bytes, record)) return "bad-number";
      return record.dstPort === ABSENT ? "packet" : readDatagram(bytes, record);
    case PROTOCOL_SCTP:
      return readPorts(bytes, record) ? "packet" : "bad-number";
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
      return readIcmp(bytes, record);
    default:
      if (readIncomplete(bytes, record)) return "packet";
      if (skip4(bytes, record, SPI)) readSpi(bytes, record);
      return "packet";
  }
}

/** A name that the kernel knows, or the number. */
function readProtocol(bytes: Uint8Array, record: LineRecord): PacketResult {
  const start = record.at;
  for (let i = 0; i < protocolKeys.length; i++) {
    const entry = protocolKeys[i]!;
    if (!skip(bytes, record, entry[0])) continue;
    if (atWordEnd(bytes, record)) {
      record.protocol = entry[1];
      return "packet";
    }
    record.at = start;
  }
  if (record.at === record.end) return "cut-short";
  const number = decimal(bytes, record, 255);
  if (number >= 0 && atWordEnd(bytes, record)) {
    record.protocol = number;
    return "packet";
  }
  const isNumber = isDigit(bytes[start]);
  skipWord(bytes, record);
  if (record.at === record.end) return "cut-short";
  return isNumber ? "bad-number" : "unknown-token";
}

/**
 * `SPT=n DPT=n `; later fragments have none. False when a port is no port. A line that was cut
 * inside them has no port, for nobody knows which digits are missing.
 */
function readPorts(bytes: Uint8Array, record: LineRecord): boolean {
  if (readIncomplete(bytes, record) || !skip4(bytes, record, SPT)) return true;
  const source = decimal(bytes, record, U16_MAX);
  if (record.at === record.end) return true;
  record.srcPort = source;
  skipSpaces(bytes, record);
  if (source < 0) return false;
  if (!skip4(bytes, record, DPT)) return true;
  const destination = decimal(bytes, record, U16_MAX);
  // Nothing follows the ports of SCTP but a space, which is easily lost.
  if (record.at === record.end && record.protocol !== PROTOCOL_SCTP) return destination >= 0;
  record.dstPort = destination;
  skipSpaces(bytes, record);
  return destination >= 0;
}

function readDatagram(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (!skip4(bytes, record, LEN)) return absent(bytes, record);
  record.udpLength = decimal(bytes, record, U32_MAX);
  if (record.udpLength < 0) return record.at === record.end ? "packet" : "bad-number";
  skipSpaces(bytes, record);
  return "packet";
}
