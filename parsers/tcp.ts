import { tcpFlagNames } from "../src/model/tcp-flags.ts";
import type { LineRecord } from "./line-record.ts";
import type { PacketResult } from "./packet.ts";
import { decimal, hexadecimal, key, key4, skip, skip4, skipSpaces } from "./scan.ts";

const SEQ = key4("SEQ=");
const ACK = key4("ACK=");
const WINDOW = key("WINDOW=");
const RES = key4("RES=");
const URGP = key("URGP=");
const OPT = key("OPT (");
const SYN = key4("SYN ");
const FIN = key4("FIN ");
const SYN_MASK = 1 << tcpFlagNames.indexOf("SYN");
const FIN_MASK = 1 << tcpFlagNames.indexOf("FIN");
const flagKeys = tcpFlagNames.map((name) => key(`${name} `));

const U16_MAX = 65_535;
const U32_MAX = 4_294_967_295;

/**
 * Reads what follows a TCP header's ports (dump_tcp_header in nf_log_syslog.c). `ACK=` is the
 * number and bare `ACK` the flag; flags stand in a fixed order between RES= and URGP=.
 */
export function readTcp(bytes: Uint8Array, record: LineRecord): PacketResult {
  if (skip4(bytes, record, SEQ)) {
    decimal(bytes, record, U32_MAX);
    skipSpaces(bytes, record);
    if (skip4(bytes, record, ACK)) decimal(bytes, record, U32_MAX);
    skipSpaces(bytes, record);
  }
  if (!skip(bytes, record, WINDOW)) return "packet";
  const window = decimal(bytes, record, U16_MAX);
  // A line that was cut here may lack digits.
  if (record.at === record.end) return "packet";
  if (window < 0) return "bad-number";
  record.window = window;
  skipSpaces(bytes, record);
  if (skip4(bytes, record, RES)) hexadecimal(bytes, record, 255);
  skipSpaces(bytes, record);
  // A line that ends before URGP= may have lost flags with its tail: the mask stays a lower bound.
  record.tcpFlags = readFlags(bytes, record);
  if (skip(bytes, record, URGP)) decimal(bytes, record, U16_MAX);
  skipSpaces(bytes, record);
  if (skip(bytes, record, OPT)) {
    while (record.at < record.end && bytes[record.at++] !== 0x29);
    skipSpaces(bytes, record);
  }
  return "packet";
}

function readFlags(bytes: Uint8Array, record: LineRecord): number {
  let flags = 0;
  // A denial is a SYN alone, nearly always; only a FIN may still follow it.
  if (skip4(bytes, record, SYN)) flags = SYN_MASK;
  else {
    for (let bit = 0; bit < flagKeys.length; bit++) {
      if (skip(bytes, record, flagKeys[bit]!)) flags |= 1 << bit;
    }
  }
  return skip4(bytes, record, FIN) ? flags | FIN_MASK : flags;
}
