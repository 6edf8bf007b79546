import { readIncomplete } from "./incomplete.ts";
import type { LineRecord } from "./line-record.ts";
import type { PacketResult } from "./packet-result.ts";
import {
  decimal,
  hexDigit,
  key,
  key4,
  NOT_A_NUMBER,
  peek,
  skip,
  skip4,
  skipSpaces,
} from "./scan.ts";
import { readSpi } from "./spi.ts";

const FRAG = key("FRAG:");
const FRAG_ID = key("ID:");
const OPT = key("OPT (");
const AH = key("AH ");
const ESP = key("ESP ");
const SPI = key4("SPI=");
const INCOMPLETE = key("INCOMPLETE");
const TRUNCATED = key("TRUNCATED");
const UNKNOWN = key("Unknown Ext Hdr ");
const PARENTHESIS_CLOSE = 0x29;
const U16_MAX = 65_535;

/**
 * IPv6 extension headers. `FRAG:n [INCOMPLETE ]ID:hex ` is always printed; with --log-ip-options
 * every header is wrapped in `OPT ( ... ) `, and AH and ESP say more. Some ends leave a parenthesis
 * open, or close it without a space.
 */
export function readExtensionHeaders(bytes: Uint8Array, record: LineRecord): PacketResult {
  while (record.at < record.end) {
    if (skip(bytes, record, FRAG)) {
      if (!readFragment(bytes, record)) return "bad-number";
    } else if (skip(bytes, record, OPT)) {
      record.extensionHeaders++;
      skipSpaces(bytes, record);
      if (skip(bytes, record, AH) || skip(bytes, record, ESP)) readSecurity(bytes, record);
    } else if (skip(bytes, record, TRUNCATED)) record.truncated = true;
    else if (skip(bytes, record, UNKNOWN)) {
      const number = decimal(bytes, record, 255);
      if (number >= 0) record.unknownExtensionHeader = number;
      else if (record.at < record.end) return "bad-number";
    } else if (record.extensionHeaders > 0 && peek(bytes, record) === PARENTHESIS_CLOSE) {
      record.at++;
    } else break;
    skipSpaces(bytes, record);
  }
  return "packet";
}

/** Bytes, not units; INCOMPLETE without a number says that more fragments follow. */
function readFragment(bytes: Uint8Array, record: LineRecord): boolean {
  if (skip(bytes, record, TRUNCATED)) {
    record.truncated = true;
    return true;
  }
  skipSpaces(bytes, record);
  const offset = decimal(bytes, record, U16_MAX);
  if (offset === NOT_A_NUMBER && record.at < record.end) return false;
  record.fragmentOffset = offset === NOT_A_NUMBER ? -1 : offset;
  skipSpaces(bytes, record);
  if (skip(bytes, record, INCOMPLETE)) record.fragmentMore = true;
  skipSpaces(bytes, record);
  if (skip(bytes, record, FRAG_ID)) {
    skipSpaces(bytes, record);
    record.fragmentIdStart = record.at;
    while (record.at < record.end && hexDigit(bytes[record.at]) >= 0) record.at++;
    record.fragmentIdEnd = record.at;
  }
  return true;
}

/** `SPI=0xbd5df15 ` or `INCOMPLETE [n bytes] `. */
function readSecurity(bytes: Uint8Array, record: LineRecord): void {
  if (readIncomplete(bytes, record)) return;
  if (skip4(bytes, record, SPI)) readSpi(bytes, record);
}
