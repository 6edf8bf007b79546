import { type LabHost, nextHopMac, type Topology } from "./topology.ts";

type Protocol = "tcp" | "udp" | "icmp" | "icmpv6";

/** What the packets of one flow have in common. */
export type LabFlow = {
  readonly src: string;
  readonly dst: string;
  readonly protocol: Protocol;
  readonly dstPort?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly in?: string;
  readonly out?: string;
};

export type SentFlow = LabFlow & {
  readonly packets: number;
  /** A TCP attempt is one SYN and its retransmits; every other packet is an attempt. */
  readonly attempts: number;
  /** The sum of what the LEN fields of the lines say. */
  readonly bytes: number;
};

/** A flow with what packets.py needs to send it. */
export type PlannedFlow = LabFlow & {
  readonly networkNamespace: string;
  /** Absent when the node itself sends: a frame would not pass its OUTPUT chain. */
  readonly frame?: { readonly src: string; readonly dst: string };
  readonly attempts: number;
};

const scanner = { ipv4: "203.0.113.99", ipv6: "2001:db8:bad::7" };
const customer = { ipv4: "203.0.113.7", ipv6: "2001:db8:feed::50" };
const service = { ipv4: "192.0.2.80", ipv6: "2001:db8:53::53" };

/** The one plan of the lab: 33 flows, 2,766 packets, the same in every run. */
export function planOf(topology: Topology): readonly PlannedFlow[] {
  const { node, outside, pods } = topology;
  const [web, database, biller] = pods;
  const from =
    (host: LabHost, path: Pick<LabFlow, "in" | "out">) =>
    (
      addresses: readonly [src: string, dst: string],
      protocol: Protocol,
      dstPort: number,
      attempts: number,
    ): PlannedFlow => ({
      src: addresses[0],
      dst: addresses[1],
      protocol,
      ...(protocol === "icmp" || protocol === "icmpv6"
        ? { icmpType: protocol === "icmp" ? 8 : 128, icmpCode: 0 }
        : { dstPort }),
      ...path,
      networkNamespace: host.networkNamespace,
      ...(host === node ? {} : { frame: { src: host.mac, dst: nextHopMac(topology, host) } }),
      attempts,
    });
  const webToDatabase = from(web, { in: web.interfaceName, out: database.interfaceName });
  const webToBiller = from(web, { in: web.interfaceName, out: biller.interfaceName });
  const billerToWeb = from(biller, { in: biller.interfaceName, out: web.interfaceName });
  const billerOut = from(biller, { in: biller.interfaceName, out: "eth0" });
  const billerToNode = from(biller, { in: biller.interfaceName });
  const outsideToWeb = from(outside, { in: "eth0", out: web.interfaceName });
  const outsideToDatabase = from(outside, { in: "eth0", out: database.interfaceName });
  const outsideToNode = from(outside, { in: "eth0" });
  const nodeOut = from(node, { out: "eth0" });
  return [
    webToDatabase([web.ipv4, database.ipv4], "tcp", 5432, 100),
    webToDatabase([web.ipv4, database.ipv4], "udp", 8125, 90),
    webToDatabase([web.ipv6, database.ipv6], "tcp", 5432, 40),
    webToBiller([web.ipv4, biller.ipv4], "tcp", 9000, 30),
    webToBiller([web.ipv6, biller.ipv6], "icmpv6", 0, 24),
    billerToWeb([biller.ipv4, web.ipv4], "tcp", 80, 45),
    billerToWeb([biller.ipv4, web.ipv4], "icmp", 0, 45),
    billerToWeb([biller.ipv6, web.ipv6], "udp", 8125, 36),
    billerOut([biller.ipv4, service.ipv4], "udp", 53, 240),
    billerOut([biller.ipv4, service.ipv4], "tcp", 443, 70),
    billerOut([biller.ipv4, service.ipv4], "tcp", 25, 12),
    billerOut([biller.ipv4, customer.ipv4], "icmp", 0, 18),
    billerOut([biller.ipv6, service.ipv6], "udp", 53, 120),
    billerOut([biller.ipv6, service.ipv6], "tcp", 443, 21),
    billerToNode([biller.ipv4, node.ipv4], "tcp", 10250, 25),
    billerToNode([biller.ipv4, node.ipv4], "udp", 53, 33),
    billerToNode([biller.ipv6, node.ipv6], "tcp", 22, 9),
    outsideToWeb([customer.ipv4, web.ipv4], "tcp", 8080, 60),
    outsideToWeb([customer.ipv4, web.ipv4], "udp", 443, 48),
    outsideToWeb([customer.ipv6, web.ipv6], "tcp", 8443, 33),
    outsideToWeb([customer.ipv6, web.ipv6], "icmpv6", 0, 27),
    outsideToDatabase([scanner.ipv4, database.ipv4], "tcp", 5432, 15),
    outsideToDatabase([scanner.ipv4, database.ipv4], "icmp", 0, 12),
    outsideToDatabase([scanner.ipv6, database.ipv6], "tcp", 5432, 7),
    outsideToNode([scanner.ipv4, node.ipv4], "tcp", 22, 110),
    outsideToNode([scanner.ipv4, node.ipv4], "tcp", 3389, 20),
    outsideToNode([scanner.ipv4, node.ipv4], "udp", 161, 60),
    outsideToNode([scanner.ipv4, node.ipv4], "icmp", 0, 30),
    outsideToNode([scanner.ipv6, node.ipv6], "tcp", 22, 31),
    outsideToNode([scanner.ipv6, node.ipv6], "udp", 161, 21),
    outsideToNode([customer.ipv4, node.ipv4], "tcp", 30443, 17),
    nodeOut([node.ipv4, service.ipv4], "udp", 123, 16),
    nodeOut([node.ipv6, service.ipv6], "udp", 123, 11),
  ];
}
