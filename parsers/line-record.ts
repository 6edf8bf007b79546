/** A number that the line did not have. */
export const ABSENT = -1;

export const STAMP_NONE = 0;
/** Date, time and zone: `stampSeconds` is seconds since the epoch. */
export const STAMP_ABSOLUTE = 1;
/** `Mon dd hh:mm:ss`: `stampSeconds` is seconds since 1 January of a leap year, local time. */
export const STAMP_YEARLESS = 2;

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

  stamp = STAMP_NONE;
  stampSeconds = 0;
  stampMicros = 0;
  stampDigits = 0;
  nodeStart = 0;
  nodeEnd = 0;
  uptimeSeconds = ABSENT;
  uptimeMicros = 0;
  /** N of `message repeated N times: [ ... ]`, else 1. */
  repeated = 1;

  prefixStart = 0;
  prefixEnd = 0;
  inStart = 0;
  inEnd = 0;
  outStart = 0;
  outEnd = 0;
  macStart = 0;
  macEnd = 0;

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
    this.repeated = 1;
    this.prefixStart = 0;
    this.prefixEnd = 0;
    this.inStart = 0;
    this.inEnd = 0;
    this.outStart = 0;
    this.outEnd = 0;
    this.macStart = 0;
    this.macEnd = 0;
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
  }
}
