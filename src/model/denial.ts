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
  /** `C3` or `T123`: the processor or task that printed the line. */
  readonly caller?: string;
  /** Who wrote the line, where it was not the kernel's own code. */
  readonly dialect?: "ulogd" | "ebtables";
  /** The stamp had no year or no zone and the agent's clock or the line before stood in for it. */
  readonly timeInferred?: boolean;
} & Packet &
  Link &
  Partial<{
    readonly uid: number;
    readonly gid: number;
    readonly mark: string;
    readonly inner: Partial<Packet>;
  }>;

/** What stands between the interfaces and the packet. */
export type Link = {
  /** Ports of a bridge. */
  readonly physIn?: string;
  readonly physOut?: string;
  readonly mac?: Mac;
  readonly vlan?: { readonly protocol: string; readonly id: number };
  /** Addresses of the outer IPv4 header of an IPv6-in-IPv4 tunnel. */
  readonly tunnel?: { readonly src: string; readonly dst: string };
};

/** The header fields of a packet; also of the one that an ICMP error carries. */
export type Packet = {
  readonly src: string;
  readonly dst: string;
  /** Bytes of the IP packet. */
  readonly length?: number;
  readonly tos?: number;
  /** The upper three bits of TOS; left out when 0. */
  readonly precedence?: number;
  readonly ttl?: number;
  readonly id?: number;
  readonly flowLabel?: number;
  /** The reserved bit among the fragment flags, which the kernel prints as CE. */
  readonly reservedBit?: true;
  readonly dontFragment?: true;
  readonly fragmentMore?: true;
  /** Bytes. */
  readonly fragmentOffset?: number;
  /** Hex digits, IPv6 only. */
  readonly fragmentId?: string;
  /** Hex digits. */
  readonly ipOptions?: string;
  /** IPv6 extension headers, where the rule logs them. */
  readonly extensionHeaders?: number;
  readonly unknownExtensionHeader?: number;
  /** Security Parameters Index of AH or ESP, as printed. */
  readonly spi?: string;
  readonly protocol?: string;
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly udpLength?: number;
  readonly tcpSeq?: number;
  readonly tcpAck?: number;
  readonly window?: number;
  readonly tcpFlags?: readonly TcpFlag[];
  /** Left out when 0. */
  readonly urgentPointer?: number;
  /** Hex digits. */
  readonly tcpOptions?: string;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
  readonly icmpSeq?: number;
  /** Where the packet is wrong that a parameter problem answers. */
  readonly icmpPointer?: number;
  readonly gateway?: string;
  readonly mtu?: number;
  /** Bytes that were there of a transport header too short to read. */
  readonly incomplete?: number;
  /** The kernel could not read a part of the packet, and said so. */
  readonly truncated?: true;
};

export type Mac = {
  readonly dst: string;
  readonly src: string;
  readonly type?: string;
  /** Length of the link header where it is not that of Ethernet. */
  readonly bytes?: number;
};
