import type { Endpoint } from "../../model/endpoint.ts";

/** The name by which people know who is behind an address; undefined when it has none. */
export function endpointName(names: Endpoint): EndpointName | undefined {
  const { namespace, pod = names.workload, node = names.network } = names;
  if (pod !== undefined) return { namespace, name: pod };
  return node === undefined ? undefined : { namespace: undefined, name: node };
}

export type EndpointName = { readonly namespace: string | undefined; readonly name: string };
