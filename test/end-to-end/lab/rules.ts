import { run } from "./run.ts";
import type { Topology } from "./topology.ts";

/** What the kernel itself says about one LOG rule: the truth that counts are compared with. */
export type RuleCounter = {
  readonly family: "ipv4" | "ipv6";
  readonly chain: string;
  readonly packets: number;
  readonly bytes: number;
};

const families = [
  { family: "ipv4", list: "iptables", restore: "iptables-restore" },
  { family: "ipv6", list: "ip6tables", restore: "ip6tables-restore" },
] as const;

/** What iptables-restore, or ip6tables-restore, loads on the node. */
export type RulesText = (
  topology: Topology,
  family: RuleCounter["family"],
  logPrefix: string,
) => string;

export async function loadRules(
  topology: Topology,
  rulesText: RulesText,
  logPrefix: string,
): Promise<void> {
  for (const { family, restore } of families) {
    await inNode(topology, restore, [], rulesText(topology, family, logPrefix));
  }
}

export async function readCounters(topology: Topology): Promise<readonly RuleCounter[]> {
  const counters: RuleCounter[] = [];
  for (const { family, list } of families) {
    let chain = "";
    for (const line of (await inNode(topology, list, ["-nvxL"])).split("\n")) {
      const [packets, bytes, target] = line.trim().split(/\s+/);
      if (packets === "Chain" && bytes !== undefined) {
        chain = bytes;
      } else if (target === "LOG") {
        counters.push({ family, chain, packets: Number(packets), bytes: Number(bytes) });
      }
    }
  }
  return counters;
}

/** The chains that Felix would render for the lab's pods and its host endpoint. */
export const calicoRules: RulesText = ({ pods }, family, logPrefix) => {
  const hooks = ["INPUT", "FORWARD", "OUTPUT"];
  const policies = ["cali-pi-log-denied", "cali-po-log-denied", "cali-pi-host", "cali-po-host"];
  const endpoints = ["cali-fh-eth0", "cali-th-eth0"];
  const dispatch = ["cali-from-wl-dispatch", "cali-to-wl-dispatch"];
  const podChains = pods.flatMap((pod) => [
    `cali-fw-${pod.interfaceName}`,
    `cali-tw-${pod.interfaceName}`,
  ]);
  const own = [
    ...hooks.map((hook) => `cali-${hook}`),
    ...policies,
    ...endpoints,
    ...dispatch,
    ...podChains,
  ];
  return [
    "*filter",
    ...hooks.map((hook) => `:${hook} ACCEPT`),
    ...own.map((chain) => `:${chain} -`),
    ...hooks.map((hook) => `-A ${hook} -j cali-${hook}`),
    ...hooks.flatMap((hook) => housekeeping(`cali-${hook}`, family)),
    "-A cali-FORWARD -i cali+ -j cali-from-wl-dispatch",
    "-A cali-FORWARD -o cali+ -j cali-to-wl-dispatch",
    "-A cali-INPUT -i cali+ -g cali-from-wl-dispatch",
    "-A cali-INPUT -i eth0 -g cali-fh-eth0",
    "-A cali-OUTPUT -o eth0 -g cali-th-eth0",
    ...pods.flatMap(({ interfaceName, denies }) => [
      `-A cali-from-wl-dispatch -i ${interfaceName} -g cali-fw-${interfaceName}`,
      `-A cali-to-wl-dispatch -o ${interfaceName} -g cali-tw-${interfaceName}`,
      ...(denies.includes("egress")
        ? endpoint(`cali-fw-${interfaceName}`, "cali-po-log-denied")
        : []),
      ...(denies.includes("ingress")
        ? endpoint(`cali-tw-${interfaceName}`, "cali-pi-log-denied")
        : []),
    ]),
    ...endpoint("cali-fh-eth0", "cali-pi-host"),
    ...endpoint("cali-th-eth0", "cali-po-host"),
    ...policies.map((policy) => `-A ${policy} -j LOG --log-prefix "${logPrefix}" --log-level 5`),
    "COMMIT",
    "",
  ].join("\n");
};

function endpoint(chain: string, policy: string): readonly string[] {
  return [
    `-A ${chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A ${chain} -j ${policy}`,
    `-A ${chain} -j DROP`,
  ];
}

// A stack says these by itself at times that no plan knows, and they would be counted.
function housekeeping(chain: string, family: RuleCounter["family"]): readonly string[] {
  if (family === "ipv4") {
    return [`-A ${chain} -d 224.0.0.0/4 -j ACCEPT`];
  }
  const listenerDiscovery = [130, 131, 132, 143];
  const neighbourDiscovery = [133, 134, 135, 136, 137];
  return [
    `-A ${chain} -d ff00::/8 -j ACCEPT`,
    ...[...listenerDiscovery, ...neighbourDiscovery].map(
      (type) => `-A ${chain} -p icmpv6 --icmpv6-type ${type} -j ACCEPT`,
    ),
  ];
}

async function inNode(
  { node }: Topology,
  command: string,
  args: readonly string[],
  input?: string,
): Promise<string> {
  return run("ip", ["netns", "exec", node.networkNamespace, command, ...args], input);
}
