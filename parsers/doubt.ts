import { hasUpperHex } from "./address.ts";
import { isMaskedByte, PRECEDENCE_MASK, TOS_MASK } from "./ipv4.ts";
import type { LineRecord } from "./line-record.ts";
import { hasLineEnd } from "./prefix.ts";
import { COLON, hexDigit, isWord, key, wordAt, key4 } from "./scan.ts";

const TOS = key4("TOS=");
const KERNEL_TAG = key("kernel:");
const DOT = 0x2e;
const X = 0x78;
/** Of `SRC=1.1.1.1 DST=1.1.1.1 LEN=1 `, behind which TOS= may stand first. */
const TOS_OFFSET_MIN = 30;
/** `TOS=0x00 PREC=0x00` */
const TOS_DIGITS = 6;
const PRECEDENCE_DIGITS = 16;
const MARK_DIGITS_MAX = 8;

/**
 * Whether a line that readCommonLine() took has anything for the grammar to look at: it looks at
 * shapes only, and lets pass what the kernel never writes. record.at is where `SRC=` begins.
 */
export function isDoubtful(bytes: Uint8Array, record: LineRecord): boolean {
  const { macStart, macEnd, markStart, markEnd, prefixStart, prefixEnd } = record;
  if (hasUpperHex(bytes, macStart, macEnd)) return true;
  let at = record.at + TOS_OFFSET_MIN;
  while (wordAt(bytes, at) !== TOS) at++;
  const tos = at + TOS_DIGITS;
  const precedence = at + PRECEDENCE_DIGITS;
  if (!isMaskedByte(bytes, tos, tos + 2, TOS_MASK)) return true;
  if (!isMaskedByte(bytes, precedence, precedence + 2, PRECEDENCE_MASK)) return true;
  if (markEnd > 0 && !isMark(bytes, markStart, markEnd)) return true;
  if (isDots(bytes, record.inStart, record.inEnd)) return true;
  if (isDots(bytes, record.outStart, record.outEnd)) return true;
  if (isWord(bytes, record.nodeStart, record.nodeEnd, KERNEL_TAG)) return true;
  if (bytes[record.nodeEnd - 1] === COLON) return true;
  return hasLineEnd(bytes, prefixStart, prefixEnd, false);
}

function isMark(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3 || end - start > MARK_DIGITS_MAX + 2) return false;
  if (bytes[start] !== 0x30 || bytes[start + 1] !== X) return false;
  for (let at = start + 2; at < end; at++) {
    if (hexDigit(bytes[at]) < 0 || bytes[at]! < 0x30) return false;
  }
  return !hasUpperHex(bytes, start, end);
}

/** `.` and `..` are no names. */
function isDots(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 1 || end - start > 2) return false;
  return bytes[start] === DOT && bytes[end - 1] === DOT;
}
