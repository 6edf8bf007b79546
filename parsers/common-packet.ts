import { PROTOCOL_TCP, PROTOCOL_UDP } from "../src/model/protocol.ts";
import { tcpFlagNames } from "../src/model/tcp-flags.ts";
import type { LineRecord } from "./line-record.ts";
import { hexDigit, key4, SPACE, wordAt } from "./scan.ts";

const SRC = key4("SRC=");
const DST = key4("DST=");
const LEN = key4("LEN=");
const TOS = key4("TOS=");
const PREC = key4("PREC");
const TTL = key4("TTL=");
const DF = key4("DF P");
const PROT = key4("PROT");
const TCP = key4("TCP ");
const UDP = key4("UDP ");
const SPT = key4("SPT=");
const DPT = key4("DPT=");
const WIND = key4("WIND");
const DOW = key4("DOW=");
const RES = key4("RES=");
const SYN = key4("SYN ");
const URGP = key4("URGP");
const MARK = key4("MARK");
const SYN_MASK = 1 << tcpFlagNames.indexOf("SYN");
const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
const ZERO = 0x30;
const I = 0x49;
const D = 0x44;
const O = 0x4f;
const X = 0x78;
const EQUALS = 0x3d;
/** `SRC=1.1.1.1 DST=1.1.1.1 LEN=1 TOS=0x00 PREC=0x00 TTL=1 ID=1 PROTO=UDP SPT=1 DPT=1 LEN=1 ` */
const COMMON_BYTES_MIN = 85;

/**
 * Reads the packet that nearly all denials are: IPv4 without options or fragments, a TCP SYN or
 * UDP, up to the end of the line, which it leaves in record.end. False for anything else; then the
 * grammar of packet.ts reads it, to the same record. It takes half the time of the grammar, for V8
 * inlines only so many of its small functions.
 */
export function readCommonPacket(bytes: Uint8Array, record: LineRecord): boolean {
  const { end } = record;
  let at = record.at;
  if (end - at < COMMON_BYTES_MIN || wordAt(bytes, at) !== SRC) return false;
  let packed = dotted(bytes, at + 4, end);
  if (packed < 0) return false;
  const source = addressRead;
  at = packed;
  if (at + 4 > end || wordAt(bytes, at) !== DST) return false;
  packed = dotted(bytes, at + 4, end);
  if (packed < 0) return false;
  const destination = addressRead;
  at = packed;
  // LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1
  if (end - at < 48 || wordAt(bytes, at) !== LEN) return false;
  packed = digits(bytes, at + 4, end);
  if (packed < 0) return false;
  const length = packed >>> 4;
  at += 4 + (packed & 15);
  if (end - at < 40 || wordAt(bytes, at) !== TOS || wordAt(bytes, at + 9) !== PREC) return false;
  const tos = hexByte(bytes, at + 4);
  if (tos < 0 || bytes[at + 13] !== EQUALS || hexByte(bytes, at + 14) < 0) return false;
  at += 19;
  if (wordAt(bytes, at) !== TTL) return false;
  packed = digits(bytes, at + 4, end);
  if (packed < 0) return false;
  const ttl = packed >>> 4;
  at += 4 + (packed & 15);
  if (end - at < 30 || bytes[at] !== I || bytes[at + 1] !== D || bytes[at + 2] !== EQUALS) {
    return false;
  }
  packed = digits(bytes, at + 3, end);
  if (packed < 0) return false;
  const id = packed >>> 4;
  at += 3 + (packed & 15);
  if (end - at < 24) return false;
  if (wordAt(bytes, at) === DF) at += 3;
  if (wordAt(bytes, at) !== PROT || bytes[at + 4] !== O || bytes[at + 5] !== EQUALS) return false;
  const protocol = wordAt(bytes, at + 6);
  if ((protocol !== TCP && protocol !== UDP) || wordAt(bytes, at + 10) !== SPT) return false;
  packed = digits(bytes, at + 14, end);
  if (packed < 0) return false;
  const srcPort = packed >>> 4;
  at += 14 + (packed & 15);
  if (at + 4 > end || wordAt(bytes, at) !== DPT) return false;
  packed = digits(bytes, at + 4, end);
  if (packed < 0) return false;
  const dstPort = packed >>> 4;
  at += 4 + (packed & 15);
  if (ttl > 255 || id > 65_535 || srcPort > 65_535 || dstPort > 65_535) return false;
  at = protocol === TCP ? syn(bytes, at, end, record) : datagram(bytes, at, end);
  if (at < 0 || !readMark(bytes, at, end, record)) return false;
  record.family = 4;
  record.src3 = source;
  record.dst3 = destination;
  record.length = length;
  record.tos = tos;
  record.ttl = ttl;
  record.id = id;
  record.protocol = protocol === TCP ? PROTOCOL_TCP : PROTOCOL_UDP;
  record.srcPort = srcPort;
  record.dstPort = dstPort;
  return true;
}

/** `WINDOW=64240 RES=0x00 SYN URGP=0 `: the index behind it, -1 when it is not that. */
function syn(bytes: Uint8Array, start: number, end: number, record: LineRecord): number {
  if (end - start < 30 || wordAt(bytes, start) !== WIND || wordAt(bytes, start + 3) !== DOW)
    return -1;
  const window = digits(bytes, start + 7, end);
  if (window < 0 || window >>> 4 > 65_535) return -1;
  const at = start + 7 + (window & 15);
  if (end - at < 20 || wordAt(bytes, at) !== RES || hexByte(bytes, at + 4) < 0) return -1;
  if (wordAt(bytes, at + 9) !== SYN) return -1;
  if (wordAt(bytes, at + 13) !== URGP || bytes[at + 17] !== EQUALS) return -1;
  const urgent = digits(bytes, at + 18, end);
  if (urgent < 0 || urgent >>> 4 > 65_535) return -1;
  record.window = window >>> 4;
  record.tcpFlags = SYN_MASK;
  return at + 18 + (urgent & 15);
}

/** `LEN=40 `: the index behind it, -1 when it is not that. */
function datagram(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 6 || wordAt(bytes, at) !== LEN) return -1;
  const length = digits(bytes, at + 4, end);
  return length < 0 ? -1 : at + 4 + (length & 15);
}

/**
 * `MARK=0x10000 ` or nothing, and the end of the line, which becomes record.end; false when
 * something else follows.
 */
function readMark(bytes: Uint8Array, start: number, end: number, record: LineRecord): boolean {
  let at = start;
  if (end - at > 6 && wordAt(bytes, at) === MARK && bytes[at + 4] === EQUALS) {
    record.markStart = at + 5;
    at += 5;
    while (at < end && bytes[at]! > SPACE) at++;
    record.markEnd = at;
    if (at < end && bytes[at] === SPACE) at++;
  }
  if (at < end && bytes[at] === CR && at + 1 < end && bytes[at + 1] === LF) {
    record.end = at;
    return true;
  }
  record.end = at;
  return at === end || bytes[at] === LF;
}

/** `0x1f` and the space behind it; -1 when it is not that. */
function hexByte(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== ZERO || bytes[at + 1] !== X || bytes[at + 4] !== SPACE) return -1;
  return (hexDigit(bytes[at + 2]) << 4) | hexDigit(bytes[at + 3]);
}

/** Up to eight digits and the space behind them: value * 16 + bytes; -1 when it is not that. */
function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) {
      const count = at - start;
      return bytes[at] === SPACE && count > 0 && count < 9 ? (value << 4) | (count + 1) : -1;
    }
    value = value * 10 + digit;
  }
  return -1;
}

let addressRead = 0;

/** A dotted address and the space behind it, into addressRead: the index behind; -1 when not. */
function dotted(bytes: Uint8Array, start: number, end: number): number {
  let address = 0;
  let octet = 0;
  let count = 0;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= ZERO && byte <= 0x39) {
      octet = octet * 10 + byte - ZERO;
      count++;
    } else {
      if (count === 0 || count > 3 || octet > 255) return -1;
      address = (address << 8) | octet;
      if (byte === SPACE) {
        addressRead = address;
        return dots === 3 ? at + 1 : -1;
      }
      if (byte !== DOT) return -1;
      dots++;
      octet = 0;
      count = 0;
    }
  }
  return -1;
}
