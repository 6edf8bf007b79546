import { compressedAddress, dottedAddress, wordsAddress, wordsRead } from "./address.ts";
import { DIALECT_EBTABLES, type LineRecord } from "./line-record.ts";
import { absent, type PacketResult } from "./packet-result.ts";
import { decimal, hexadecimal, key, NOT_A_NUMBER, skip, skipWord } from "./scan.ts";

const SOURCE = key("MAC source = ");
const DESTINATION = key(" MAC dest = ");
const ETHERTYPE = key(" proto = ");
const ARP = key(" ARP HTYPE=");
const INCOMPLETE = key(" INCOMPLETE ");
const SRC4 = key(" IP SRC=");
const DST4 = key(" IP DST=");
const TOS = key(", IP tos=");
const PROTOCOL4 = key(", IP proto=");
const SRC6 = key(" IPv6 SRC=");
const DST6 = key(" IPv6 DST=");
const PRIORITY = key(", IPv6 priority=");
const PROTOCOL6 = key(", Next Header=");
const SPT = key(" SPT=");
const DPT = key(" DPT=");
const U16_MAX = 65_535;

/**
 * The body that the log watcher of ebtables writes behind the interfaces (ebt_log_packet in
 * net/bridge/netfilter/ebt_log.c): no length, no TTL, but the ports of SCTP and DCCP.
 */
export function readEbtables(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (!skip(bytes, record, SOURCE)) return absent(bytes, record);
  record.dialect = DIALECT_EBTABLES;
  record.macStart = record.at;
  skipWord(bytes, record);
  if (skip(bytes, record, DESTINATION)) skipWord(bytes, record);
  if (skip(bytes, record, ETHERTYPE)) skipWord(bytes, record);
  record.macEnd = record.at;
  if (skip(bytes, record, SRC4)) return readIpv4(bytes, record);
  if (skip(bytes, record, SRC6)) return readIpv6(bytes, record);
  // ARP, other frames, and headers too short to have an address.
  const isOther = record.at === record.end || bytes[record.at] === 0x20;
  if (skip(bytes, record, ARP) || skip(bytes, record, INCOMPLETE) || isOther) {
    record.at = record.end;
    return "no-address";
  }
  return absent(bytes, record);
}

function readIpv4(bytes: Uint8Array, record: LineRecord): PacketResult {
  const source = dottedAddress(bytes, record);
  if (source < 0) return "bad-address";
  if (!skip(bytes, record, DST4)) return missing(bytes, record);
  const destination = dottedAddress(bytes, record);
  if (destination < 0) return record.at === record.end ? "cut-short" : "bad-address";
  record.family = 4;
  record.src3 = source | 0;
  record.dst3 = destination | 0;
  if (skip(bytes, record, TOS)) record.tos = hexadecimal(bytes, record, 255);
  if (record.tos === NOT_A_NUMBER) return cutOr(record, "bad-number");
  return skip(bytes, record, PROTOCOL4) ? readProtocol(bytes, record) : cutOr(record, "packet");
}

function readIpv6(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (!readWords(bytes, record)) return "bad-address";
  record.src0 = wordsRead[0]!;
  record.src1 = wordsRead[1]!;
  record.src2 = wordsRead[2]!;
  record.src3 = wordsRead[3]!;
  if (!skip(bytes, record, DST6)) return missing(bytes, record);
  if (!readWords(bytes, record)) return "bad-address";
  record.dst0 = wordsRead[0]!;
  record.dst1 = wordsRead[1]!;
  record.dst2 = wordsRead[2]!;
  record.dst3 = wordsRead[3]!;
  record.family = 6;
  if (skip(bytes, record, PRIORITY)) hexadecimal(bytes, record, 255);
  return skip(bytes, record, PROTOCOL6) ? readProtocol(bytes, record) : cutOr(record, "packet");
}

function readWords(bytes: Uint8Array, record: LineRecord): boolean {
  return wordsAddress(bytes, record) || compressedAddress(bytes, record);
}

function readProtocol(bytes: Uint8Array, record: LineRecord): PacketResult {
  const protocol = decimal(bytes, record, 255);
  if (protocol < 0) return cutOr(record, "bad-number");
  record.protocol = protocol;
  if (skip(bytes, record, INCOMPLETE)) {
    record.truncated = true;
    record.at = record.end;
    return "packet";
  }
  if (!skip(bytes, record, SPT)) return "packet";
  const source = decimal(bytes, record, U16_MAX);
  if (source < 0) return cutOr(record, "bad-number");
  if (record.at < record.end) record.srcPort = source;
  if (!skip(bytes, record, DPT)) return "packet";
  const destination = decimal(bytes, record, U16_MAX);
  if (destination < 0) return cutOr(record, "bad-number");
  record.dstPort = destination;
  return "packet";
}

function missing(bytes: Uint8Array, record: LineRecord): PacketResult {
  const result = absent(bytes, record);
  return result === "packet" ? "cut-short" : result;
}

/** What the end of the line excuses. */
function cutOr(record: LineRecord, result: PacketResult): PacketResult {
  return record.at === record.end ? "packet" : result;
}
