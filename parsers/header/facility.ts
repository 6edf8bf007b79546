import type { LineRecord } from "../line-record.ts";
import { COLON, isWord, key, peek, SPACE, skipSpaces } from "../scan.ts";

const DOT = 0x2e;
const WORD_BYTES_MAX = 16;
const facilities = (
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp " +
  "local0 local1 local2 local3 local4 local5 local6 local7"
)
  .split(" ")
  .map(key);
const severities = "emerg alert crit err error warn warning notice info debug".split(" ").map(key);
/** The name of a file where a shipper puts it in place of the tag. */
const KERN_LOG = key("kern.log");

/** `kern.info: ` of shippers, `kern  :notice: ` of dmesg -x, `user.info ` of routers. */
export function skipFacility(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  const nameEnd = wordEnd(bytes, start, record.end);
  const separator = nameEnd < record.end ? bytes[nameEnd] : 0;
  let at = nameEnd;
  if (separator === SPACE) while (at < record.end && bytes[at] === SPACE) at++;
  const isPair = separator === DOT || (at < record.end && bytes[at] === COLON);
  if (!isPair || !isOneOf(facilities, bytes, start, nameEnd)) return false;
  const levelEnd = wordEnd(bytes, at + 1, record.end);
  if (!isOneOf(severities, bytes, at + 1, levelEnd)) return false;
  record.at = levelEnd;
  skipSpaces(bytes, record);
  if (peek(bytes, record) === COLON) record.at++;
  else if (record.at === levelEnd) {
    record.at = start;
    return false;
  }
  skipSpaces(bytes, record);
  return true;
}

/** `kern.log ` */
export function skipKernLog(bytes: Uint8Array, record: LineRecord): boolean {
  const end = record.at + KERN_LOG.length;
  if (end >= record.end || bytes[end] !== SPACE) return false;
  if (!isWord(bytes, record.at, end, KERN_LOG)) return false;
  record.at = end;
  return true;
}

/** Letters and digits at most: facilities and severities are nothing else. */
function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + WORD_BYTES_MAX);
  let at = start;
  while (at < limit) {
    const byte = bytes[at]!;
    if ((byte < 0x61 || byte > 0x7a) && (byte < 0x30 || byte > 0x39)) break;
    at++;
  }
  return at;
}

function isOneOf(
  words: readonly Uint8Array[],
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  for (let i = 0; i < words.length; i++) {
    if (isWord(bytes, start, end, words[i]!)) return true;
  }
  return false;
}
