import type { LineRecord } from "./line-record.ts";
import { readPacket } from "./packet.ts";

/**
 * Reads the packet that an ICMP error carries, by the same grammar as the outer one, into a record
 * of its own. False when there is none, or nothing of it can be read.
 */
export function readInnerPacket(bytes: Uint8Array, outer: LineRecord, record: LineRecord): boolean {
  if (outer.innerStart === outer.innerEnd) return false;
  record.resetPacket();
  record.at = outer.innerStart;
  record.end = outer.innerEnd;
  readPacket(bytes, record);
  return record.family !== 0;
}
