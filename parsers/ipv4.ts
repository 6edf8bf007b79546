import { dottedAddress } from "./address.ts";
import { DIALECT_ULOGD, type LineRecord } from "./line-record.ts";
import { absent, atWordEnd, badAddress, type PacketResult, wholeNumber } from "./packet-result.ts";
import {
  decimal,
  hexadecimal,
  key,
  key4,
  NOT_A_NUMBER,
  skip,
  skip4,
  skipSpaces,
  startsAt,
} from "./scan.ts";
import { readTransport } from "./transport.ts";
import { readOptions } from "./options.ts";

const DST = key4("DST=");
const LEN = key4("LEN=");
const TOS = key4("TOS=");
const PREC = key("PREC=");
const TTL = key4("TTL=");
const ID = key("ID=");
const CE = key("CE ");
const DF = key("DF ");
const MF = key("MF ");
const FRAG = key("FRAG:");
const TRUNCATED = key("TRUNCATED");
const PROTO = key("PROTO=");
const PROTO_ARP = key("PROTO=ARP");
const HEX = key("0x");
const U16_MAX = 65_535;
const U32_MAX = 4_294_967_295;
const FRAGMENT_UNITS_MAX = 8191;
const FRAGMENT_UNIT_BYTES = 8;
/** IPTOS_TOS_MASK and IPTOS_PREC_MASK: no kernel, and no ulogd, prints other bits. */
const TOS_MASK = 0x1e;
const PRECEDENCE_MASK = 0xe0;

/** From the destination on; the source stood before the cursor. */
export function readIpv4(bytes: Uint8Array, record: LineRecord, source: number): PacketResult {
  skipSpaces(bytes, record);
  if (!skip4(bytes, record, DST)) return absent(bytes, record);
  const destination = dottedAddress(bytes, record);
  if (destination < 0 || !atWordEnd(bytes, record)) return badAddress(bytes, record);
  record.family = 4;
  record.src3 = source | 0;
  record.dst3 = destination | 0;
  skipSpaces(bytes, record);
  // ulogd writes ARP as addresses without a packet.
  if (startsAt(bytes, record.at, record.end, PROTO_ARP)) return "no-address";
  if (!skip4(bytes, record, LEN)) return absent(bytes, record);
  record.length = wholeNumber(bytes, record, U32_MAX);
  if (record.length < 0) return notRead(record.length);
  if (!skip4(bytes, record, TOS)) return absent(bytes, record);
  record.tos = maskedByte(bytes, record, TOS_MASK);
  if (record.tos === NOT_A_NUMBER) return "bad-number";
  if (!skip(bytes, record, PREC)) return absent(bytes, record);
  record.precedence = maskedByte(bytes, record, PRECEDENCE_MASK);
  if (record.precedence === NOT_A_NUMBER) return "bad-number";
  if (!skip4(bytes, record, TTL)) return absent(bytes, record);
  record.ttl = wholeNumber(bytes, record, 255);
  if (record.ttl === NOT_A_NUMBER) return "bad-number";
  if (!skip(bytes, record, ID)) return absent(bytes, record);
  record.id = wholeNumber(bytes, record, U16_MAX);
  if (record.id === NOT_A_NUMBER) return "bad-number";
  return readFlagsAndOptions(bytes, record);
}

/** A length without which nothing can be counted, or that is no number. */
function notRead(length: number): PacketResult {
  return length === NOT_A_NUMBER ? "bad-number" : "cut-short";
}

function readFlagsAndOptions(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (skip(bytes, record, CE)) record.reservedBit = true;
  skipSpaces(bytes, record);
  if (skip(bytes, record, DF)) record.dontFragment = true;
  skipSpaces(bytes, record);
  if (skip(bytes, record, MF)) record.fragmentMore = true;
  skipSpaces(bytes, record);
  if (skip(bytes, record, FRAG)) {
    skipSpaces(bytes, record);
    const units = decimal(bytes, record, FRAGMENT_UNITS_MAX);
    if (units < 0) return record.at === record.end ? "packet" : "bad-number";
    record.fragmentOffset = units * FRAGMENT_UNIT_BYTES;
    skipSpaces(bytes, record);
  }
  if (skip(bytes, record, TRUNCATED)) {
    record.truncated = true;
    return "packet";
  }
  record.ipOptionsStart = record.at;
  record.ipOptionsEnd = readOptions(bytes, record);
  if (record.ipOptionsEnd > record.ipOptionsStart) record.ipOptionsStart += "OPT (".length;
  else record.ipOptionsStart = record.ipOptionsEnd = 0;
  if (skip(bytes, record, PROTO)) return readTransport(bytes, record);
  // AH of a later fragment ends here: the kernel leaves before it prints PROTO.
  return record.fragmentOffset > 0 ? "packet" : absent(bytes, record);
}

/** `0x1E`, two upper-case digits; ulogd's TOS= lacks the 0x. */
function maskedByte(bytes: Uint8Array, record: LineRecord, mask: number): number {
  const start = record.at;
  const isKernel = startsAt(bytes, start, record.end, HEX);
  const value = hexadecimal(bytes, record, 255);
  if (record.at === record.end) return -1;
  if (!isKernel) record.dialect = DIALECT_ULOGD;
  if (value >= 0 && !isMaskedByte(bytes, isKernel ? start + 2 : start, record.at, mask)) {
    record.suspect = true;
  }
  skipSpaces(bytes, record);
  return value;
}

/** Whether bytes[start, end) are what `%02X` makes of a byte that went through `mask`. */
function isMaskedByte(bytes: Uint8Array, start: number, end: number, mask: number): boolean {
  if (end - start !== 2) return false;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x61) return false;
    value = value * 16 + (byte <= 0x39 ? byte - 0x30 : byte - 0x37);
  }
  return (value & ~mask) === 0;
}
