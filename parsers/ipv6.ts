import { compressedAddress, hasUpperHex, wordsAddress, wordsRead } from "./address.ts";
import { readExtensionHeaders } from "./extension-headers.ts";
import type { LineRecord } from "./line-record.ts";
import { absent, atWordEnd, badAddress, type PacketResult, wholeNumber } from "./packet-result.ts";
import { decimal, key, key4, NOT_A_NUMBER, skip, skip4, skipSpaces, startsAt } from "./scan.ts";
import { readTransport } from "./transport.ts";

const DST = key4("DST=");
const LEN = key4("LEN=");
const TC = key("TC=");
const HOPLIMIT = key("HOPLIMIT=");
const FLOWLBL = key("FLOWLBL=");
const PROTO = key("PROTO=");
const U32_MAX = 4_294_967_295;
const FLOW_LABEL_MAX = 1_048_575;

/** From the source on, whose key stood before the cursor. */
export function readIpv6(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (!readAddress(bytes, record)) return badAddress(bytes, record);
  record.src0 = wordsRead[0]!;
  record.src1 = wordsRead[1]!;
  record.src2 = wordsRead[2]!;
  record.src3 = wordsRead[3]!;
  skipSpaces(bytes, record);
  if (!skip4(bytes, record, DST)) return absent(bytes, record);
  if (!readAddress(bytes, record)) return badAddress(bytes, record);
  record.dst0 = wordsRead[0]!;
  record.dst1 = wordsRead[1]!;
  record.dst2 = wordsRead[2]!;
  record.dst3 = wordsRead[3]!;
  record.family = 6;
  skipSpaces(bytes, record);
  if (!skip4(bytes, record, LEN)) return absent(bytes, record);
  record.length = wholeNumber(bytes, record, U32_MAX);
  if (record.length < 0) return record.length === NOT_A_NUMBER ? "bad-number" : "cut-short";
  if (!skip(bytes, record, TC)) return absent(bytes, record);
  record.tos = wholeNumber(bytes, record, 255);
  if (record.tos === NOT_A_NUMBER) return "bad-number";
  if (!skip(bytes, record, HOPLIMIT)) {
    // pve-firewall has the two the other way round.
    const isSwapped = startsAt(bytes, record.at, record.end, FLOWLBL);
    return isSwapped ? "unknown-dialect" : absent(bytes, record);
  }
  record.ttl = wholeNumber(bytes, record, 255);
  if (record.ttl === NOT_A_NUMBER) return "bad-number";
  if (!skip(bytes, record, FLOWLBL)) return absent(bytes, record);
  record.flowLabel = decimal(bytes, record, FLOW_LABEL_MAX);
  if (record.flowLabel < 0) return record.at === record.end ? "packet" : "bad-number";
  skipSpaces(bytes, record);
  const result = readExtensionHeaders(bytes, record);
  if (result !== "packet") return result;
  // ESP, and some later fragments, end here.
  return skip(bytes, record, PROTO) ? readTransport(bytes, record) : "packet";
}

/** The kernel never compresses (%pI6) and prints lower case; ulogd has what inet_ntop makes. */
function readAddress(bytes: Uint8Array, record: LineRecord): boolean {
  const start = record.at;
  const isFull = wordsAddress(bytes, record);
  if (!isFull && !compressedAddress(bytes, record)) return false;
  if (!atWordEnd(bytes, record)) return false;
  if (!isFull && record.at === record.end) return false;
  if (!isFull || hasUpperHex(bytes, start, record.at)) record.suspect = true;
  return true;
}
