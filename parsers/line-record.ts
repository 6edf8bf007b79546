import type { LossReporter } from "../src/model/line-kind.ts";
import { PROGRAM_NONE } from "./header/program.ts";
import { ExportState } from "./journal/export-state.ts";

/** A number that the line did not have. */
export const ABSENT = -1;

export const STAMP_NONE = 0;
/** Date, time and zone: `stampSeconds` is seconds since the epoch. */
export const STAMP_ABSOLUTE = 1;
/** `Mon dd hh:mm:ss`: `stampSeconds` is seconds since 1 January of a leap year, local time. */
export const STAMP_YEARLESS = 2;
/** Date and time without a zone: `stampSeconds` is what the epoch's would be, were it UTC. */
export const STAMP_LOCAL = 3;
export type Stamp = 0 | 1 | 2 | 3;

export const DIALECT_KERNEL = 0;
/** ulogd's LOGEMU, which UniFi's gateways write too (util/printpkt.c). */
export const DIALECT_ULOGD = 1;
/** The log watcher of ebtables (net/bridge/netfilter/ebt_log.c). */
export const DIALECT_EBTABLES = 2;

const nothing = new Uint8Array(0);

/**
 * What a parser found in one line, as numbers and as offsets into the bytes that the line lies in.
 * One record is reused for all lines, so nothing is allocated for a line. Offsets of things that
 * the line did not have are equal (an empty range); numbers are ABSENT.
 */
export class LineRecord {
  /** Cursor of the parser. */
  at = 0;
  /** End of the part that is being read; after a line, that of its text without the line end. */
  end = 0;
  /** Start of the line after the one that parseNext() read. */
  next = 0;
  /**
   * The bytes that the offsets point into: the line's own buffer, or `scratch` where the message
   * had to be decoded (JSON, the journal's export format). Valid until the next line is read.
   */
  text: Uint8Array = nothing;
  /** End of the message in `text`: of the line, or of what stood in rsyslog's frame. */
  textEnd = 0;
  /** Holds one decoded message; made when the first is met, never larger than a line. */
  scratch: Uint8Array | undefined;
  /** The journal's export format spreads a record over lines, so it outlives reset(). */
  readonly exported = new ExportState();

  /** Who wrote the line, as far as its header says: a PROGRAM_ constant. */
  program = PROGRAM_NONE;
  /** Facility * 8 + severity. */
  priority = ABSENT;
  /** The text came through a writer of `\\x0a` escapes: /dev/kmsg, dmesg. */
  hexEscapes = false;
  /** Something that the kernel cannot have written. */
  suspect = false;
  /** Lines that a loss message names, and who says so. */
  lost = ABSENT;
  lostBy: LossReporter | undefined;

  stamp: Stamp = STAMP_NONE;
  stampSeconds = 0;
  stampMicros = 0;
  stampDigits = 0;
  nodeStart = 0;
  nodeEnd = 0;
  uptimeSeconds = ABSENT;
  uptimeMicros = 0;
  /** `C3` or `T123`, the processor or task that printed (CONFIG_PRINTK_CALLER). */
  callerStart = 0;
  callerEnd = 0;
  /** N of `message repeated N times: [ ... ]` and of `last message repeated N times`, else 1. */
  repeated = 1;

  prefixStart = 0;
  prefixEnd = 0;
  inStart = 0;
  inEnd = 0;
  outStart = 0;
  outEnd = 0;
  macStart = 0;
  macEnd = 0;
  physInStart = 0;
  physInEnd = 0;
  physOutStart = 0;
  physOutEnd = 0;
  tunnelStart = 0;
  tunnelEnd = 0;
  /** A DIALECT_ constant. */
  dialect = DIALECT_KERNEL;

  /** 4, 6, or 0 when no address was read. */
  family = 0;
  src0 = 0;
  src1 = 0;
  src2 = 0;
  src3 = 0;
  dst0 = 0;
  dst1 = 0;
  dst2 = 0;
  dst3 = 0;
  length = ABSENT;
  /** TOS of IPv4, traffic class of IPv6. */
  tos = ABSENT;
  /** TTL of IPv4, hop limit of IPv6. */
  ttl = ABSENT;
  id = ABSENT;
  fragmentOffset = ABSENT;
  fragmentMore = false;
  protocol = ABSENT;
  srcPort = ABSENT;
  dstPort = ABSENT;
  window = ABSENT;
  /** Bit i stands for tcpFlagNames[i]; ABSENT when the line has no TCP flags part. */
  tcpFlags = ABSENT;
  icmpType = ABSENT;
  icmpCode = ABSENT;
  icmpId = ABSENT;
  icmpSeq = ABSENT;
  gateway = 0;
  hasGateway = false;
  mtu = ABSENT;
  incomplete = ABSENT;
  /** The packet that an ICMP error carries, between its brackets. */
  innerStart = 0;
  innerEnd = 0;
  uid = ABSENT;
  gid = ABSENT;
  markStart = 0;
  markEnd = 0;
  // Only shown, never counted.
  precedence = ABSENT;
  dontFragment = false;
  /** The reserved bit of a fragment's flags, which the kernel prints as CE. */
  reservedBit = false;
  fragmentIdStart = 0;
  fragmentIdEnd = 0;
  flowLabel = ABSENT;
  /** IPv6 extension headers printed as `OPT ( ... )`. */
  extensionHeaders = 0;
  unknownExtensionHeader = ABSENT;
  spiStart = 0;
  spiEnd = 0;
  tcpSeq = ABSENT;
  tcpAck = ABSENT;
  urgentPointer = ABSENT;
  udpLength = ABSENT;
  icmpPointer = ABSENT;
  ipOptionsStart = 0;
  ipOptionsEnd = 0;
  tcpOptionsStart = 0;
  tcpOptionsEnd = 0;
  /** The kernel could not read on, and said TRUNCATED. */
  truncated = false;

  /** Forgets the line before. */
  reset(): void {
    this.stamp = STAMP_NONE;
    this.stampSeconds = 0;
    this.stampMicros = 0;
    this.stampDigits = 0;
    this.nodeStart = 0;
    this.nodeEnd = 0;
    this.uptimeSeconds = ABSENT;
    this.uptimeMicros = 0;
    this.program = PROGRAM_NONE;
    this.priority = ABSENT;
    this.hexEscapes = false;
    this.suspect = false;
    this.lost = ABSENT;
    this.lostBy = undefined;
    this.callerStart = 0;
    this.callerEnd = 0;
    this.repeated = 1;
    this.prefixStart = 0;
    this.prefixEnd = 0;
    this.inStart = 0;
    this.inEnd = 0;
    this.outStart = 0;
    this.outEnd = 0;
    this.macStart = 0;
    this.macEnd = 0;
    this.physInStart = 0;
    this.physInEnd = 0;
    this.physOutStart = 0;
    this.physOutEnd = 0;
    this.tunnelStart = 0;
    this.tunnelEnd = 0;
    this.dialect = DIALECT_KERNEL;
    this.uid = ABSENT;
    this.gid = ABSENT;
    this.markStart = 0;
    this.markEnd = 0;
    this.resetPacket();
  }

  /** Forgets the packet only: an inner packet is read into a record that keeps its header. */
  resetPacket(): void {
    this.family = 0;
    this.src0 = 0;
    this.src1 = 0;
    this.src2 = 0;
    this.src3 = 0;
    this.dst0 = 0;
    this.dst1 = 0;
    this.dst2 = 0;
    this.dst3 = 0;
    this.length = ABSENT;
    this.tos = ABSENT;
    this.ttl = ABSENT;
    this.id = ABSENT;
    this.fragmentOffset = ABSENT;
    this.fragmentMore = false;
    this.protocol = ABSENT;
    this.srcPort = ABSENT;
    this.dstPort = ABSENT;
    this.window = ABSENT;
    this.tcpFlags = ABSENT;
    this.icmpType = ABSENT;
    this.icmpCode = ABSENT;
    this.icmpId = ABSENT;
    this.icmpSeq = ABSENT;
    this.gateway = 0;
    this.hasGateway = false;
    this.mtu = ABSENT;
    this.incomplete = ABSENT;
    this.innerStart = 0;
    this.innerEnd = 0;
    this.precedence = ABSENT;
    this.dontFragment = false;
    this.reservedBit = false;
    this.fragmentIdStart = 0;
    this.fragmentIdEnd = 0;
    this.flowLabel = ABSENT;
    this.extensionHeaders = 0;
    this.unknownExtensionHeader = ABSENT;
    this.spiStart = 0;
    this.spiEnd = 0;
    this.tcpSeq = ABSENT;
    this.tcpAck = ABSENT;
    this.urgentPointer = ABSENT;
    this.udpLength = ABSENT;
    this.icmpPointer = ABSENT;
    this.ipOptionsStart = 0;
    this.ipOptionsEnd = 0;
    this.tcpOptionsStart = 0;
    this.tcpOptionsEnd = 0;
    this.truncated = false;
  }
}
