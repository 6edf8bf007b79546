import { parseAddress } from "./address.ts";
import { addressClass } from "./address-class.ts";
import { isPodInterface, podInterfaceDefaults } from "./pod-interface.ts";

/**
 * What an interface of a node leads to: a pod, other nodes through a tunnel, containers behind a
 * bridge, the public or the private network; `host` where its network is not known.
 */
export type InterfaceKind = "pod" | "tunnel" | "bridge" | "public" | "private" | "host";

/** Of Calico, flannel and others, and of the kernel itself. */
const tunnel = /^(?:tunl|vxlan|wireguard|wg\d|ipip|gre|sit|flannel|cilium_|ip6tnl|geneve)/;
const bridge = /^(?:cni|docker|br-|cbr|virbr|podman)/;

/**
 * `own` is the node's own address on the side of the interface, where the packet came to the node
 * or from it: that tells which network the interface is of.
 */
export function interfaceKind(
  name: string,
  own: string | undefined,
  prefixes = podInterfaceDefaults,
): InterfaceKind {
  if (isPodInterface(name, prefixes)) return "pod";
  if (tunnel.test(name)) return "tunnel";
  if (bridge.test(name)) return "bridge";
  const address = own === undefined ? undefined : parseAddress(own);
  const network = address === undefined ? undefined : addressClass(address);
  if (network === "public") return "public";
  return network === "private" || network === "shared" ? "private" : "host";
}
