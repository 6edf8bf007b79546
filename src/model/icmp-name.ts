/** Names of types (https://www.iana.org/assignments/icmp-parameters, icmpv6-parameters). */
const icmp: ReadonlyMap<number, string> = new Map([
  [0, "echo-reply"],
  [3, "destination-unreachable"],
  [4, "source-quench"],
  [5, "redirect"],
  [8, "echo-request"],
  [9, "router-advertisement"],
  [10, "router-solicitation"],
  [11, "time-exceeded"],
  [12, "parameter-problem"],
  [13, "timestamp-request"],
  [14, "timestamp-reply"],
]);

const icmpv6: ReadonlyMap<number, string> = new Map([
  [1, "destination-unreachable"],
  [2, "packet-too-big"],
  [3, "time-exceeded"],
  [4, "parameter-problem"],
  [128, "echo-request"],
  [129, "echo-reply"],
  [130, "multicast-listener-query"],
  [131, "multicast-listener-report"],
  [132, "multicast-listener-done"],
  [133, "router-solicitation"],
  [134, "router-advertisement"],
  [135, "neighbour-solicitation"],
  [136, "neighbour-advertisement"],
  [137, "redirect"],
  [143, "multicast-listener-report-v2"],
]);

/** The name of a type of `icmp` or `icmpv6`; undefined where it has none. */
export function icmpName(
  protocol: string | undefined,
  type: number | undefined,
): string | undefined {
  if (type === undefined) return undefined;
  if (protocol === "icmp") return icmp.get(type);
  return protocol === "icmpv6" ? icmpv6.get(type) : undefined;
}
