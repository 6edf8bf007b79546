import { dottedAddress } from "./address.ts";
import { readIpv4 } from "./ipv4.ts";
import { readIpv6 } from "./ipv6.ts";
import type { LineRecord } from "./line-record.ts";
import { absent, atWordEnd, badAddress, type PacketResult } from "./packet-result.ts";
import { key, key4, skip, skip4 } from "./scan.ts";

const SRC = key4("SRC=");
const TRUNCATED = key("TRUNCATED");

/**
 * Reads `SRC=` to the end of the transport part, by position as net/netfilter/nf_log_syslog.c
 * writes it (dump_ipv4_packet, dump_ipv6_packet). Leaves the cursor behind it.
 */
export function readPacket(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (skip(bytes, record, TRUNCATED)) {
    record.truncated = true;
    return "no-address";
  }
  if (!skip4(bytes, record, SRC)) return absent(bytes, record);
  const source = dottedAddress(bytes, record);
  if (source < 0) return readIpv6(bytes, record);
  return atWordEnd(bytes, record) ? readIpv4(bytes, record, source) : badAddress(bytes, record);
}
