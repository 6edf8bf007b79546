import type { LineRecord } from "./line-record.ts";
import { BRACKET_OPEN, decimal, key, peek, skip, skipSpaces } from "./scan.ts";

const INCOMPLETE = key("INCOMPLETE");
const BYTES = key(" bytes]");
const U16_MAX = 65_535;

/** `INCOMPLETE [n bytes] `: a header too short to read. ulogd writes the word alone. */
export function readIncomplete(bytes: Uint8Array, record: LineRecord): boolean {
  if (!skip(bytes, record, INCOMPLETE)) return false;
  skipSpaces(bytes, record);
  if (peek(bytes, record) !== BRACKET_OPEN) record.truncated = true;
  else {
    record.at++;
    record.incomplete = Math.max(0, decimal(bytes, record, U16_MAX));
    if (!skip(bytes, record, BYTES)) skipToBracket(bytes, record);
  }
  skipSpaces(bytes, record);
  return true;
}

/** The rest of what was cut, or is no number. */
function skipToBracket(bytes: Uint8Array, record: LineRecord): void {
  const limit = Math.min(record.end, record.at + BYTES.length);
  while (record.at < limit && bytes[record.at] !== 0x5d) record.at++;
  if (peek(bytes, record) === 0x5d) record.at++;
}
