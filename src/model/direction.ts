import { isPodInterface, podInterfaceDefaults } from "./pod-interface.ts";

export const directions = [
  "ingress",
  "egress",
  "local",
  "host-ingress",
  "host-egress",
  "forward",
] as const;

export type Direction = (typeof directions)[number];

/** Where a packet went, told from its interfaces; an empty name means that the line had none. */
export function directionOf(
  inInterface: string,
  outInterface: string,
  prefixes = podInterfaceDefaults,
): Direction {
  const fromPod = isPodInterface(inInterface, prefixes);
  const toPod = isPodInterface(outInterface, prefixes);
  if (fromPod && toPod) return "local";
  if (toPod) return "ingress";
  if (fromPod) return "egress";
  if (outInterface === "") return "host-ingress";
  if (inInterface === "") return "host-egress";
  return "forward";
}
