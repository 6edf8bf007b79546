import { damageAt } from "./damage.ts";
import { ABSENT, type LineRecord } from "./line-record.ts";
import { decimal, SPACE, skipSpaces, skipWord } from "./scan.ts";

/**
 * `packet`: all of it, or as much as a cut line has. The others say why there is none; `cut-short`,
 * that the line ends before addresses and length.
 */
export type PacketResult =
  | "packet"
  | "no-address"
  | "bad-address"
  | "bad-number"
  | "cut-short"
  | "unknown-token"
  | "unknown-dialect"
  | "suspect";

/** What is wrong where a key must stand and does not. */
export function absent(bytes: Uint8Array, record: LineRecord): PacketResult {
  const damage = damageAt(bytes, record);
  if (damage !== "cut-short" || record.length === ABSENT) return damage;
  record.at = record.end;
  return "packet";
}

/**
 * A number behind which more must follow: ABSENT where the line ends with it, for nobody knows
 * which digits are missing. NOT_A_NUMBER when it is none.
 */
export function wholeNumber(bytes: Uint8Array, record: LineRecord, max: number): number {
  const value = decimal(bytes, record, max);
  if (record.at === record.end) return ABSENT;
  skipSpaces(bytes, record);
  return value;
}

export function atWordEnd(bytes: Uint8Array, record: LineRecord): boolean {
  return record.at === record.end || bytes[record.at] === SPACE;
}

export function badAddress(bytes: Uint8Array, record: LineRecord): PacketResult {
  skipWord(bytes, record);
  return record.at === record.end ? "cut-short" : "bad-address";
}
