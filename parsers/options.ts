import type { LineRecord } from "./line-record.ts";
import { key, skip, skipSpaces } from "./scan.ts";

const OPT = key("OPT (");
const PARENTHESIS_CLOSE = 0x29;

/**
 * `OPT (0204...) `, of IP before PROTO=, of TCP behind URGP=. The index of its closing parenthesis,
 * or of the line's end where it was cut; 0 and an unmoved cursor when there are no options.
 */
export function readOptions(bytes: Uint8Array, record: LineRecord): number {
  if (!skip(bytes, record, OPT)) return 0;
  let at = record.at;
  while (at < record.end && bytes[at] !== PARENTHESIS_CLOSE) at++;
  record.at = Math.min(record.end, at + 1);
  skipSpaces(bytes, record);
  return at;
}
