import { dottedAddress } from "./address.ts";
import { readIncomplete } from "./incomplete.ts";
import { ABSENT, type LineRecord } from "./line-record.ts";
import { atWordEnd, badAddress, type PacketResult, wholeNumber } from "./packet-result.ts";
import {
  BRACKET_CLOSE,
  BRACKET_OPEN,
  decimal,
  hexadecimal,
  key,
  key4,
  NOT_A_NUMBER,
  peek,
  skip,
  skip4,
  skipSpaces,
} from "./scan.ts";

const TYPE = key("TYPE=");
const CODE = key("CODE=");
const ID = key("ID=");
const SEQ = key4("SEQ=");
const GATEWAY = key("GATEWAY=");
const PARAMETER = key("PARAMETER=");
const POINTER = key("POINTER=");
const MTU = key4("MTU=");
const U16_MAX = 65_535;
const U32_MAX = 4_294_967_295;

/** ICMP and ICMPv6, whose parts have the same order. Others read the packet in brackets. */
export function readIcmp(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (readIncomplete(bytes, record)) return "packet";
  // A later fragment has no type.
  if (!skip(bytes, record, TYPE)) return "packet";
  const type = wholeNumber(bytes, record, 255);
  if (type === NOT_A_NUMBER) return "bad-number";
  if (!skip(bytes, record, CODE)) return "packet";
  const code = decimal(bytes, record, 255);
  if (code === NOT_A_NUMBER) return record.at === record.end ? "packet" : "bad-number";
  record.icmpType = type;
  record.icmpCode = code;
  skipSpaces(bytes, record);
  if (readIncomplete(bytes, record)) return "packet";
  const result = readBody(bytes, record);
  if (result !== "packet") return result;
  readBrackets(bytes, record);
  if (skip4(bytes, record, MTU)) record.mtu = decimal(bytes, record, U32_MAX);
  skipSpaces(bytes, record);
  return fieldOrCut(record, record.mtu);
}

/** What stands before the brackets. */
function readBody(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (skip(bytes, record, ID)) {
    record.icmpId = wholeNumber(bytes, record, U16_MAX);
    if (record.icmpId === NOT_A_NUMBER) return "bad-number";
    if (skip4(bytes, record, SEQ)) record.icmpSeq = decimal(bytes, record, U16_MAX);
    skipSpaces(bytes, record);
    return fieldOrCut(record, record.icmpSeq);
  }
  if (skip(bytes, record, PARAMETER)) record.icmpPointer = decimal(bytes, record, U32_MAX);
  else if (skip(bytes, record, POINTER)) record.icmpPointer = hexadecimal(bytes, record, U32_MAX);
  if (record.icmpPointer === NOT_A_NUMBER) return fieldOrCut(record, NOT_A_NUMBER);
  skipSpaces(bytes, record);
  if (skip(bytes, record, GATEWAY)) {
    const gateway = dottedAddress(bytes, record);
    if (gateway < 0 || !atWordEnd(bytes, record)) return cutAddress(bytes, record);
    record.gateway = gateway | 0;
    record.hasGateway = true;
    skipSpaces(bytes, record);
  }
  return "packet";
}

/** Where the line ends, a number that is none was cut, and what stood before it still counts. */
function fieldOrCut(record: LineRecord, value: number): PacketResult {
  return value === NOT_A_NUMBER && record.at < record.end ? "bad-number" : "packet";
}

function cutAddress(bytes: Uint8Array, record: LineRecord): PacketResult {
  return badAddress(bytes, record) === "cut-short" && record.length !== ABSENT
    ? "packet"
    : "bad-address";
}

/**
 * Steps over the packet in brackets and remembers where it lies: its keys are those of the outer
 * packet and must never reach it. `INCOMPLETE [n bytes]` nests one more pair.
 */
function readBrackets(bytes: Uint8Array, record: LineRecord): void {
  if (peek(bytes, record) !== BRACKET_OPEN) return;
  record.innerStart = record.at + 1;
  let depth = 0;
  for (let at = record.at; at < record.end; at++) {
    if (bytes[at] === BRACKET_OPEN) depth++;
    else if (bytes[at] === BRACKET_CLOSE && --depth === 0) {
      record.innerEnd = at;
      record.at = at + 1;
      skipSpaces(bytes, record);
      return;
    }
  }
  record.innerEnd = record.end;
  record.at = record.end;
}
