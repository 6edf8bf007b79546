import { tcpFlagNames } from "../src/model/tcp-flags.ts";
import { DIALECT_ULOGD, type LineRecord } from "./line-record.ts";
import { readOptions } from "./options.ts";
import { absent, type PacketResult, wholeNumber } from "./packet-result.ts";
import {
  decimal,
  hexadecimal,
  isWord,
  key,
  key4,
  NOT_A_NUMBER,
  skip,
  skip4,
  skipSpaces,
} from "./scan.ts";

const SEQ = key4("SEQ=");
const ACK = key4("ACK=");
const WINDOW = key("WINDOW=");
const RES = key4("RES=");
const URGP = key("URGP=");
const TRUNCATED = key("TRUNCATED");
const SYN = key4("SYN ");
const FIN = key4("FIN ");
const OPT_BYTES = "OPT (".length;
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
    record.tcpSeq = wholeNumber(bytes, record, U32_MAX);
    if (record.tcpSeq === NOT_A_NUMBER) return "bad-number";
    if (!skip4(bytes, record, ACK)) return absent(bytes, record);
    record.tcpAck = wholeNumber(bytes, record, U32_MAX);
    if (record.tcpAck === NOT_A_NUMBER) return "bad-number";
  }
  if (!skip(bytes, record, WINDOW)) return absent(bytes, record);
  record.window = wholeNumber(bytes, record, U16_MAX);
  // A line that was cut here may lack digits.
  if (record.window < 0) return record.window === NOT_A_NUMBER ? "bad-number" : "packet";
  if (skip4(bytes, record, RES)) {
    if (hexadecimal(bytes, record, 255) < 0 && record.at < record.end) return "bad-number";
    skipSpaces(bytes, record);
  } else if (record.at < record.end) record.dialect = DIALECT_ULOGD;
  // A line that ends before URGP= may have lost flags with its tail: the mask stays a lower bound.
  record.tcpFlags = readFlags(bytes, record);
  if (!skip(bytes, record, URGP)) return absent(bytes, record);
  record.urgentPointer = decimal(bytes, record, U16_MAX);
  if (record.urgentPointer < 0) return record.at === record.end ? "packet" : "bad-number";
  skipSpaces(bytes, record);
  readTcpOptions(bytes, record);
  return "packet";
}

/** `OPT (0204...) `, `OPT (TRUNCATED)`, or what Linux 2.6 printed for the latter. */
function readTcpOptions(bytes: Uint8Array, record: LineRecord): void {
  if (skip(bytes, record, TRUNCATED)) {
    record.truncated = true;
    skipSpaces(bytes, record);
    return;
  }
  const start = record.at + OPT_BYTES;
  const end = readOptions(bytes, record);
  if (end < start) return;
  if (isWord(bytes, start, end, TRUNCATED)) {
    record.truncated = true;
    return;
  }
  record.tcpOptionsStart = start;
  record.tcpOptionsEnd = end;
}

function readFlags(bytes: Uint8Array, record: LineRecord): number {
  let flags = 0;
  // A denial is a SYN alone, nearly always; only a FIN may still follow it.
  if (skip4(bytes, record, SYN)) {
    flags = SYN_MASK;
    skipSpaces(bytes, record);
    if (skip4(bytes, record, FIN)) flags |= FIN_MASK;
    skipSpaces(bytes, record);
    return flags;
  }
  for (let bit = 0; bit < flagKeys.length; bit++) {
    if (!skip(bytes, record, flagKeys[bit]!)) continue;
    flags |= 1 << bit;
    skipSpaces(bytes, record);
  }
  return flags;
}
