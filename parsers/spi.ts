import type { LineRecord } from "./line-record.ts";
import { hexDigit, skipSpaces } from "./scan.ts";

const X = 0x78;

/** The Security Parameters Index of AH or ESP behind `SPI=`: `0x` and hex digits. */
export function readSpi(bytes: Uint8Array, record: LineRecord): void {
  record.spiStart = record.at;
  if (record.end - record.at >= 2 && bytes[record.at + 1] === X) record.at += 2;
  while (record.at < record.end && hexDigit(bytes[record.at]) >= 0) record.at++;
  const isCut = record.at - record.spiStart <= 2;
  if (isCut) record.spiStart = record.at;
  record.spiEnd = record.at;
  skipSpaces(bytes, record);
}
