import { createHash } from "node:crypto";
import { run } from "./run.ts";

/** One network namespace of the lab, with the addresses that it answers for. */
export type LabHost = {
  readonly networkNamespace: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly mac: string;
};

export type LabPod = LabHost & {
  readonly name: string;
  readonly namespace: string;
  /** The host side of the pod's veth pair, named as Calico names it. */
  readonly interfaceName: string;
  /** Which of the pod's directions a policy protects, and so denies all of it. */
  readonly denies: readonly ("ingress" | "egress")[];
};

export type Topology = {
  readonly node: LabHost;
  readonly outside: LabHost;
  readonly pods: readonly [web: LabPod, database: LabPod, biller: LabPod];
};

// Calico gives every host side interface this address, and pods this gateway.
export const hostSideMac = "ee:ee:ee:ee:ee:ee";
const podGatewayIpv4 = "169.254.1.1";
const podGatewayIpv6 = "fe80::ecee:eeff:feee:eeee";

/** `prefix` starts the name of every network namespace and must be this lab's alone. */
export function topologyOf(prefix: string): Topology {
  const pod = (
    namespace: string,
    name: string,
    octet: number,
    denies: LabPod["denies"],
  ): LabPod => {
    return {
      networkNamespace: `${prefix}-pod-${octet}`,
      name,
      namespace,
      interfaceName: interfaceOf(namespace, name),
      ipv4: `10.244.17.${octet}`,
      ipv6: `fd00:10:244:11::${octet.toString(16)}`,
      mac: `9a:1f:0e:62:c4:${octet.toString(16).padStart(2, "0")}`,
      denies,
    };
  };
  return {
    node: {
      networkNamespace: `${prefix}-node`,
      ipv4: "198.51.100.10",
      ipv6: "2001:db8:0:1::10",
      mac: "06:3a:9f:51:2c:77",
    },
    outside: {
      networkNamespace: `${prefix}-outside`,
      ipv4: "198.51.100.1",
      ipv6: "2001:db8:0:1::1",
      mac: "00:00:5e:00:01:15",
    },
    pods: [
      pod("shop", "web-7d4b9c6f5d-k8x2p", 11, ["ingress"]),
      pod("shop", "database-0", 12, ["ingress"]),
      pod("billing", "biller-5c8d7f9b6-zq4mn", 20, ["ingress", "egress"]),
    ],
  };
}

function interfaceOf(namespace: string, name: string): string {
  const digest = createHash("sha1").update(`${namespace}.${name}`).digest("hex");
  return `cali${digest.slice(0, 11)}`;
}

/** Makes the namespaces and joins them. Removing the namespaces removes all of it. */
export async function buildTopology(topology: Topology): Promise<void> {
  const { node, outside, pods } = topology;
  for (const { networkNamespace } of [node, outside, ...pods]) {
    await run("ip", ["netns", "add", networkNamespace]);
    await run("ip", ["netns", "exec", networkNamespace, "sysctl", "-q", "-w", ...quietSettings]);
  }
  const forwarding = ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"];
  await run("ip", ["netns", "exec", node.networkNamespace, "sysctl", "-q", "-w", ...forwarding]);
  await ipBatch(node, nodeLinks(topology));
  await ipBatch(outside, [
    "link set eth0 up",
    `address add ${outside.ipv4}/24 dev eth0`,
    `address add ${outside.ipv6}/64 dev eth0 nodad`,
    `neighbour add ${node.ipv4} lladdr ${node.mac} dev eth0`,
    `neighbour add ${node.ipv6} lladdr ${node.mac} dev eth0`,
    `route add default via ${node.ipv4}`,
    `route add default via ${node.ipv6}`,
  ]);
  for (const pod of pods) {
    await ipBatch(pod, [
      "link set eth0 up",
      `address add ${pod.ipv4}/32 dev eth0`,
      `address add ${pod.ipv6}/128 dev eth0 nodad`,
      `neighbour add ${podGatewayIpv4} lladdr ${hostSideMac} dev eth0`,
      `neighbour add ${podGatewayIpv6} lladdr ${hostSideMac} dev eth0`,
      `route add ${podGatewayIpv4} dev eth0 scope link`,
      `route add default via ${podGatewayIpv4}`,
      `route add default via ${podGatewayIpv6} dev eth0`,
    ]);
  }
}

/** Puts the pod `name` in the place of another, with its addresses. Gives what there is then. */
export async function replacePod(topology: Topology, old: LabPod, name: string): Promise<Topology> {
  const pod = { ...old, name, interfaceName: interfaceOf(old.namespace, name) };
  await ipBatch(topology.node, [
    `link set ${old.interfaceName} down`,
    `link set ${old.interfaceName} name ${pod.interfaceName}`,
    ...hostSide(pod),
  ]);
  const [web, database, biller] = topology.pods;
  const now = (each: LabPod) => (each === old ? pod : each);
  return { ...topology, pods: [now(web), now(database), now(biller)] };
}

/** The destination address of a frame that `host` sends out of its eth0. */
export function nextHopMac(topology: Topology, host: LabHost): string {
  return host === topology.outside ? topology.node.mac : hostSideMac;
}

// Whatever a stack says by itself could reach a LOG rule and be counted as somebody's packet.
const quietSettings = [
  ...["all", "default"].flatMap((scope) => [
    `net.ipv4.conf.${scope}.rp_filter=0`,
    `net.ipv4.conf.${scope}.send_redirects=0`,
    `net.ipv6.conf.${scope}.accept_dad=0`,
    `net.ipv6.conf.${scope}.accept_ra=0`,
    `net.ipv6.conf.${scope}.autoconf=0`,
    `net.ipv6.conf.${scope}.router_solicitations=0`,
  ]),
  "net.ipv6.conf.default.addr_gen_mode=1",
];

function nodeLinks({ node, outside, pods }: Topology): readonly string[] {
  const veth = (name: string, mac: string, peer: LabHost): string =>
    `link add ${name} address ${mac} type veth` +
    ` peer name eth0 address ${peer.mac} netns ${peer.networkNamespace}`;
  return [
    veth("eth0", node.mac, outside),
    "link set eth0 up",
    `address add ${node.ipv4}/24 dev eth0`,
    `address add ${node.ipv6}/64 dev eth0 nodad`,
    `neighbour add ${outside.ipv4} lladdr ${outside.mac} dev eth0`,
    `neighbour add ${outside.ipv6} lladdr ${outside.mac} dev eth0`,
    `route add default via ${outside.ipv4}`,
    `route add default via ${outside.ipv6}`,
    ...pods.flatMap((pod) => [veth(pod.interfaceName, hostSideMac, pod), ...hostSide(pod)]),
  ];
}

function hostSide({ interfaceName, ipv4, ipv6, mac }: LabPod): readonly string[] {
  return [
    `link set ${interfaceName} up`,
    `route replace ${ipv4}/32 dev ${interfaceName} scope link`,
    `route replace ${ipv6}/128 dev ${interfaceName}`,
    `neighbour replace ${ipv4} lladdr ${mac} dev ${interfaceName}`,
    `neighbour replace ${ipv6} lladdr ${mac} dev ${interfaceName}`,
  ];
}

async function ipBatch(host: LabHost, commands: readonly string[]): Promise<void> {
  await run("ip", ["-n", host.networkNamespace, "-batch", "-"], `${commands.join("\n")}\n`);
}
