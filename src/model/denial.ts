import type { TcpFlag } from "./tcp-flags.ts";
import type { Verdict } from "./verdict.ts";

/**
 * One netfilter LOG line as people and programs see it. A field that the kernel did not print is
 * left out. `protocol` is a lower-case name, else the number as text.
 */
export type Denial = {
  /** RFC 3339 UTC, with as many fraction digits as the line has. */
  readonly time?: string;
  readonly node?: string;
  /** The text before `IN=` as it stands in the line, separator included. */
  readonly prefix: string;
  readonly verdict?: Verdict;
  /** Of the policy that logged it, where the prefix says so. */
  readonly tier?: string;
  readonly kind?: string;
  readonly policy?: string;
  /** What is left of the policy in a cut prefix may not be all of it. */
  readonly policyCut?: boolean;
  readonly in?: string;
  readonly out?: string;
  readonly repeated?: number;
  /** Seconds since boot, as printk stamped them. */
  readonly uptime?: number;
  /** The stamp had no year or no zone and the agent's clock or the line before stood in for it. */
  readonly timeInferred?: boolean;
} & Packet &
  Partial<{
    readonly mac: Mac;
    readonly uid: number;
    readonly gid: number;
    readonly mark: string;
    readonly inner: Partial<Packet>;
  }>;

/** The header fields of a packet; also of the one that an ICMP error carries. */
export type Packet = {
  readonly src: string;
  readonly dst: string;
  /** Bytes of the IP packet. */
  readonly length?: number;
  readonly tos?: number;
  readonly ttl?: number;
  readonly id?: number;
  readonly fragmentMore?: boolean;
  /** Bytes. */
  readonly fragmentOffset?: number;
  readonly protocol?: string;
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly window?: number;
  readonly tcpFlags?: readonly TcpFlag[];
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
  readonly icmpSeq?: number;
  readonly gateway?: string;
  readonly mtu?: number;
  /** Bytes that were there of a transport header too short to read. */
  readonly incomplete?: number;
};

export type Mac = { readonly dst: string; readonly src: string; readonly type?: string };
