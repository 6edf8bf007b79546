import {
  PROTOCOL_AH,
  PROTOCOL_ESP,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  PROTOCOL_UDPLITE,
} from "../src/model/protocol.ts";
import { dottedAddress, wordsAddress, wordsRead } from "./address.ts";
import { ABSENT, type LineRecord } from "./line-record.ts";
import {
  BRACKET_CLOSE,
  BRACKET_OPEN,
  decimal,
  hexadecimal,
  isDigit,
  key,
  key4,
  NOT_A_NUMBER,
  SPACE,
  skip,
  skip4,
  skipSpaces,
  skipWord,
} from "./scan.ts";
import { readTcp } from "./tcp.ts";

export type PacketResult =
  | "packet"
  | "no-address"
  | "bad-address"
  | "bad-number"
  | "cut-short"
  | "unknown-token";

const SRC = key4("SRC=");
const DST = key4("DST=");
const LEN = key4("LEN=");
const TOS = key4("TOS=");
const PREC = key("PREC=");
const TTL = key4("TTL=");
const TC = key("TC=");
const HOPLIMIT = key("HOPLIMIT=");
const FLOWLBL = key("FLOWLBL=");
const ID = key("ID=");
const CE = key("CE ");
const DF = key("DF ");
const MF = key("MF ");
const FRAG = key("FRAG:");
const FRAG_ID = key("ID:");
const OPT = key("OPT (");
const TRUNCATED = key("TRUNCATED");
const PROTO = key("PROTO=");
const SPT = key4("SPT=");
const DPT = key4("DPT=");
const INCOMPLETE = key("INCOMPLETE");
const BYTES = key(" bytes]");
const TYPE = key("TYPE=");
const CODE = key("CODE=");
const SEQ = key4("SEQ=");
const GATEWAY = key("GATEWAY=");
const PARAMETER = key("PARAMETER=");
const POINTER = key("POINTER=");
const MTU = key4("MTU=");
const SPI = key4("SPI=");
/** The key that begins a protocol name, and its number. `UDPLITE` stands before `UDP`. */
const protocolKeys: readonly (readonly [Uint8Array, number])[] = [
  [key("TCP"), PROTOCOL_TCP],
  [key("UDPLITE"), PROTOCOL_UDPLITE],
  [key("UDP"), PROTOCOL_UDP],
  [key("ICMPv6"), PROTOCOL_ICMPV6],
  [key("ICMP"), PROTOCOL_ICMP],
  [key("AH"), PROTOCOL_AH],
  [key("ESP"), PROTOCOL_ESP],
];

/** The shortest key that can be missing. */
const KEY_BYTES = 4;
const U16_MAX = 65_535;
const U32_MAX = 4_294_967_295;
const FRAGMENT_UNIT_BYTES = 8;

/**
 * Reads `SRC=` to the end of the transport part, by position as net/netfilter/nf_log_syslog.c
 * writes it (dump_ipv4_packet, dump_ipv6_packet). Leaves the cursor behind it.
 */
export function readPacket(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (skip(bytes, record, TRUNCATED)) return "no-address";
  if (!skip4(bytes, record, SRC)) return missing(bytes, record);
  const source = dottedAddress(bytes, record);
  if (source < 0) return readIpv6(bytes, record);
  return atWordEnd(bytes, record) ? readIpv4(bytes, record, source) : badAddress(bytes, record);
}

function readIpv4(bytes: Uint8Array, record: LineRecord, source: number): PacketResult {
  skipSpaces(bytes, record);
  if (!skip4(bytes, record, DST)) return missing(bytes, record);
  const destination = dottedAddress(bytes, record);
  if (destination < 0 || !atWordEnd(bytes, record)) return badAddress(bytes, record);
  record.family = 4;
  record.src3 = source | 0;
  record.dst3 = destination | 0;
  skipSpaces(bytes, record);
  if (!skip4(bytes, record, LEN)) return missing(bytes, record);
  record.length = decimal(bytes, record, U32_MAX);
  if (record.length < 0) return "bad-number";
  skipSpaces(bytes, record);
  if (skip4(bytes, record, TOS)) {
    record.tos = hexadecimal(bytes, record, 255);
    if (record.tos < 0) return "bad-number";
  }
  skipSpaces(bytes, record);
  if (skip(bytes, record, PREC)) hexadecimal(bytes, record, 255);
  skipSpaces(bytes, record);
  if (skip4(bytes, record, TTL)) {
    record.ttl = decimal(bytes, record, 255);
    if (record.ttl < 0) return "bad-number";
  }
  skipSpaces(bytes, record);
  if (skip(bytes, record, ID)) {
    record.id = decimal(bytes, record, U16_MAX);
    if (record.id < 0) return "bad-number";
  }
  skipSpaces(bytes, record);
  skip(bytes, record, CE);
  skip(bytes, record, DF);
  if (skip(bytes, record, MF)) record.fragmentMore = true;
  if (skip(bytes, record, FRAG)) {
    const units = decimal(bytes, record, 8191);
    if (units < 0) return "bad-number";
    record.fragmentOffset = units * FRAGMENT_UNIT_BYTES;
    skipSpaces(bytes, record);
  }
  skipOptions(bytes, record);
  // AH of a later fragment ends here: the kernel leaves before it prints PROTO.
  if (!skip(bytes, record, PROTO)) return "packet";
  return readTransport(bytes, record);
}

function readIpv6(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (!wordsAddress(bytes, record) || !atWordEnd(bytes, record)) return badAddress(bytes, record);
  record.src0 = wordsRead[0]!;
  record.src1 = wordsRead[1]!;
  record.src2 = wordsRead[2]!;
  record.src3 = wordsRead[3]!;
  skipSpaces(bytes, record);
  if (!skip4(bytes, record, DST)) return missing(bytes, record);
  if (!wordsAddress(bytes, record) || !atWordEnd(bytes, record)) return badAddress(bytes, record);
  record.dst0 = wordsRead[0]!;
  record.dst1 = wordsRead[1]!;
  record.dst2 = wordsRead[2]!;
  record.dst3 = wordsRead[3]!;
  record.family = 6;
  skipSpaces(bytes, record);
  if (!skip4(bytes, record, LEN)) return missing(bytes, record);
  record.length = decimal(bytes, record, U32_MAX);
  if (record.length < 0) return "bad-number";
  skipSpaces(bytes, record);
  if (skip(bytes, record, TC)) {
    record.tos = decimal(bytes, record, 255);
    if (record.tos < 0) return "bad-number";
  }
  skipSpaces(bytes, record);
  if (skip(bytes, record, HOPLIMIT)) {
    record.ttl = decimal(bytes, record, 255);
    if (record.ttl < 0) return "bad-number";
  }
  skipSpaces(bytes, record);
  if (skip(bytes, record, FLOWLBL) && decimal(bytes, record, 1_048_575) < 0) return "bad-number";
  skipSpaces(bytes, record);
  readExtensionHeaders(bytes, record);
  if (record.fragmentOffset === NOT_A_NUMBER) return "bad-number";
  // ESP, and some later fragments, end here.
  if (!skip(bytes, record, PROTO)) return "packet";
  return readTransport(bytes, record);
}

/** `FRAG:n [INCOMPLETE ]ID:hex ` bare or inside `OPT ( ... ) `, as often as there are headers. */
function readExtensionHeaders(bytes: Uint8Array, record: LineRecord): void {
  while (true) {
    if (skip(bytes, record, FRAG)) {
      record.fragmentOffset = decimal(bytes, record, U16_MAX);
      skipSpaces(bytes, record);
      if (skip(bytes, record, INCOMPLETE)) record.fragmentMore = true;
      skipSpaces(bytes, record);
      if (skip(bytes, record, FRAG_ID)) hexadecimal(bytes, record, U32_MAX);
    } else if (skip(bytes, record, OPT)) {
      skipSpaces(bytes, record);
      if (!startsFragment(bytes, record)) skipPastParenthesis(bytes, record);
    } else if (bytes[record.at] === 0x29 && record.at < record.end) {
      record.at++;
    } else {
      return;
    }
    skipSpaces(bytes, record);
  }
}

function startsFragment(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  const starts = skip(bytes, record, FRAG);
  record.at = start;
  return starts;
}

/** IP options, `OPT (hex) ` or `TRUNCATED`. */
function skipOptions(bytes: Uint8Array, record: LineRecord): void {
  if (skip(bytes, record, OPT)) skipPastParenthesis(bytes, record);
  else skip(bytes, record, TRUNCATED);
  skipSpaces(bytes, record);
}

export function skipPastParenthesis(bytes: Uint8Array, record: LineRecord): void {
  while (record.at < record.end && bytes[record.at++] !== 0x29);
}

function readTransport(bytes: Uint8Array, record: LineRecord): PacketResult {
  for (let i = 0; i < protocolKeys.length; i++) {
    const entry = protocolKeys[i]!;
    if (skip(bytes, record, entry[0])) {
      record.protocol = entry[1];
      break;
    }
  }
  if (record.protocol === ABSENT) {
    if (record.at === record.end) return "cut-short";
    const number = decimal(bytes, record, 255);
    if (number < 0) {
      const isNumber = isDigit(bytes[record.at]);
      skipWord(bytes, record);
      if (record.at === record.end) return "cut-short";
      return isNumber ? "bad-number" : "unknown-token";
    }
    record.protocol = number;
  }
  skipSpaces(bytes, record);
  switch (record.protocol) {
    case PROTOCOL_TCP:
      if (!readPorts(bytes, record)) return "bad-number";
      return record.dstPort === ABSENT ? "packet" : readTcp(bytes, record);
    case PROTOCOL_UDP:
    case PROTOCOL_UDPLITE:
      if (!readPorts(bytes, record)) return "bad-number";
      if (skip4(bytes, record, LEN) && decimal(bytes, record, U32_MAX) < 0) return "bad-number";
      skipSpaces(bytes, record);
      return "packet";
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
      return readIcmp(bytes, record);
    default:
      if (readIncomplete(bytes, record)) return "packet";
      if (skip4(bytes, record, SPI)) hexadecimal(bytes, record, U32_MAX);
      skipSpaces(bytes, record);
      return "packet";
  }
}

/** `INCOMPLETE [n bytes] `: the transport header was too short to read. */
function readIncomplete(bytes: Uint8Array, record: LineRecord): boolean {
  if (!skip(bytes, record, INCOMPLETE)) return false;
  skipSpaces(bytes, record);
  if (record.at < record.end && bytes[record.at] === BRACKET_OPEN) {
    record.at++;
    record.incomplete = Math.max(0, decimal(bytes, record, U16_MAX));
    skip(bytes, record, BYTES);
  }
  skipSpaces(bytes, record);
  return true;
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
  if (record.at === record.end) return destination >= 0;
  record.dstPort = destination;
  skipSpaces(bytes, record);
  return destination >= 0;
}

function readIcmp(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (readIncomplete(bytes, record)) return "packet";
  if (!skip(bytes, record, TYPE)) return "packet";
  const type = decimal(bytes, record, 255);
  skipSpaces(bytes, record);
  if (!skip(bytes, record, CODE)) return type < 0 ? "bad-number" : "packet";
  const code = decimal(bytes, record, 255);
  if (type < 0 || code < 0) return "bad-number";
  record.icmpType = type;
  record.icmpCode = code;
  skipSpaces(bytes, record);
  if (readIncomplete(bytes, record)) return "packet";
  if (skip(bytes, record, ID)) {
    record.icmpId = decimal(bytes, record, U16_MAX);
    skipSpaces(bytes, record);
    if (skip4(bytes, record, SEQ)) record.icmpSeq = decimal(bytes, record, U16_MAX);
    if (record.icmpId === NOT_A_NUMBER || record.icmpSeq === NOT_A_NUMBER) return "bad-number";
  } else if (skip(bytes, record, PARAMETER) || skip(bytes, record, POINTER)) {
    skipWord(bytes, record);
  }
  if (skip(bytes, record, GATEWAY)) {
    const gateway = dottedAddress(bytes, record);
    if (gateway < 0) return badAddress(bytes, record);
    record.gateway = gateway | 0;
    record.hasGateway = true;
  }
  skipSpaces(bytes, record);
  if (!readInner(bytes, record)) return "cut-short";
  if (skip4(bytes, record, MTU)) record.mtu = decimal(bytes, record, U32_MAX);
  skipSpaces(bytes, record);
  return record.mtu === NOT_A_NUMBER ? "bad-number" : "packet";
}

/**
 * Steps over the packet in brackets and remembers where it lies: its keys are those of the outer
 * packet and must never reach it. `INCOMPLETE [n bytes]` nests one more pair.
 */
function readInner(bytes: Uint8Array, record: LineRecord): boolean {
  if (record.at >= record.end || bytes[record.at] !== BRACKET_OPEN) return true;
  record.innerStart = record.at + 1;
  let depth = 0;
  for (let at = record.at; at < record.end; at++) {
    if (bytes[at] === BRACKET_OPEN) depth++;
    else if (bytes[at] === BRACKET_CLOSE && --depth === 0) {
      record.innerEnd = at;
      record.at = at + 1;
      skipSpaces(bytes, record);
      return true;
    }
  }
  record.innerEnd = record.end;
  record.at = record.end;
  return true;
}

/** What is wrong where a key must stand and does not. */
function missing(bytes: Uint8Array, record: LineRecord): PacketResult {
  skipSpaces(bytes, record);
  return record.end - record.at < KEY_BYTES ? "cut-short" : "unknown-token";
}

function atWordEnd(bytes: Uint8Array, record: LineRecord): boolean {
  return record.at === record.end || bytes[record.at] === SPACE;
}

function badAddress(bytes: Uint8Array, record: LineRecord): PacketResult {
  skipWord(bytes, record);
  return record.at === record.end ? "cut-short" : "bad-address";
}
