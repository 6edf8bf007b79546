import type { Endpoint } from "../../model/endpoint.ts";

/** An address as a person reads it: a pod by its name, others with what they belong to. */
export function endpointText(address: string, endpoint: Endpoint = {}): string {
  const { namespace, pod, node, network, ambiguous, mayBeNat } = endpoint;
  if (pod !== undefined) return `${namespace}/${pod}`;
  const names = [
    ...(ambiguous === true ? ["ambiguous"] : []),
    ...(node === undefined ? [] : [node]),
    ...(node === undefined && network !== undefined ? [network] : []),
    ...(mayBeNat === true && ambiguous !== true ? ["NAT?"] : []),
  ];
  return names.length === 0 ? address : `${address} (${names.join(", ")})`;
}
