import type { Endpoint } from "../../model/endpoint.ts";
import type { Direction } from "../../model/direction.ts";
import type { Flow } from "../../query/flows.ts";
import type { TcpFlag } from "../../model/tcp-flags.ts";

/** What is known of one side beside the name that it goes by. */
export function endpointFacts(address: string | undefined, endpoint: Endpoint = {}): string {
  const {
    pod,
    workload,
    workloadKind,
    workloadDerived,
    network,
    ambiguous,
    candidates = [],
  } = endpoint;
  const facts = [
    ...(pod !== undefined && address !== undefined ? [address] : []),
    ...(workload === undefined
      ? []
      : [
          `workload ${workload}${workloadKind === undefined ? "" : ` (${workloadKind})`}` +
            (workloadDerived === true ? ", by its name" : ""),
        ]),
    ...(network === undefined ? [] : [`network ${network}`]),
    ...(endpoint.class === undefined ? [] : [endpoint.class]),
    ...(endpoint.node === undefined ? [] : [`address of node ${endpoint.node}`]),
    ...(endpoint.mayBeNat === true ? ["may stand for another (NAT)"] : []),
    ...(ambiguous === true ? [`was of ${candidates.join(" or ")}`] : []),
  ];
  return facts.join(", ");
}

const directionTexts: Readonly<Record<Direction, string>> = {
  ingress: "from outside to a pod of this node",
  egress: "from a pod of this node to outside",
  local: "from pod to pod on this node",
  "host-ingress": "to the node itself, or to a node port",
  "host-egress": "from the node itself",
  forward: "through the node",
};

export function directionText({ direction, destination, in: from, out: to }: Flow): string {
  const path = [from ?? "-", to ?? "-"].join(" → ");
  if (direction === undefined) return path;
  const mayBePods = destination?.pod !== undefined || destination?.ambiguous === true;
  const isUndecided = direction === "host-ingress" && mayBePods;
  return `${isUndecided ? "came in, and was not routed yet" : directionTexts[direction]}, ${path}`;
}

export function portFacts({ protocol, portName, icmpName, icmpType, icmpCode }: Flow): string {
  if (icmpType !== undefined) {
    const name = icmpName?.replaceAll("-", " ") ?? "a type without a name";
    return `${name} (type ${icmpType}, code ${icmpCode ?? 0})`;
  }
  return portName ?? (protocol === undefined ? "" : "no well-known service");
}

/** What the flags of all packets of a flow together say of it. */
export function flagsText(flags: readonly TcpFlag[]): string {
  const has = (flag: TcpFlag) => flags.includes(flag);
  const parts = [
    ...(has("SYN") && !has("ACK") ? ["connections were to be opened"] : []),
    ...(has("SYN") && has("ACK") ? ["answers to new connections, or parts of open ones"] : []),
    ...(!has("SYN") && has("ACK") ? ["parts of connections that were open"] : []),
    ...(has("RST") ? ["some were reset"] : []),
    ...(has("FIN") ? ["some were ending"] : []),
    ...(flags.length === 0 ? ["no flag at all: a probe"] : []),
  ];
  return parts.join(", ");
}
