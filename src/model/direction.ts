export const directions = [
  "ingress",
  "egress",
  "local",
  "host-ingress",
  "host-egress",
  "forward",
] as const;

export type Direction = (typeof directions)[number];

/** Host side names of pod interfaces: Calico and Canal, AWS VPC CNI, GKE, Azure. */
export const podInterfacePrefixes: readonly string[] = ["cali", "eni", "gke", "azv"];

export function isPodInterface(name: string): boolean {
  return podInterfacePrefixes.some((prefix) => name.startsWith(prefix));
}

/** Where a packet went, told from its interfaces; an empty name means that the line had none. */
export function directionOf(inInterface: string, outInterface: string): Direction {
  const fromPod = isPodInterface(inInterface);
  const toPod = isPodInterface(outInterface);
  if (fromPod && toPod) return "local";
  if (toPod) return "ingress";
  if (fromPod) return "egress";
  if (outInterface === "") return "host-ingress";
  if (inInterface === "") return "host-egress";
  return "forward";
}
