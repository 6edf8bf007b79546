import type { LineRecord } from "./line-record.ts";
import { readPacket } from "./packet.ts";

/**
 * Reads the packet that an ICMP error carries, by the same grammar as the outer one, into a record
 * of its own. False when there is none, or its addresses cannot be read.
 */
export function readInnerPacket(outer: LineRecord, record: LineRecord): boolean {
  record.resetPacket();
  if (outer.innerStart === outer.innerEnd) return false;
  record.text = outer.text;
  record.at = outer.innerStart;
  record.end = outer.innerEnd;
  readPacket(record.text, record);
  return record.family !== 0;
}
