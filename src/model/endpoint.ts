import type { AddressClass } from "./address-class.ts";
import { workloadOf } from "./workload.ts";

/** What is known of one side of a flow, or of a packet, as of then. */
export type Endpoint = {
  readonly namespace?: string;
  readonly pod?: string;
  /** Left out where pods of that name have followed each other meanwhile. */
  readonly uid?: string;
  readonly workload?: string;
  readonly workloadKind?: string;
  /** The workload was concluded from the pod's name: nobody was asked. */
  readonly workloadDerived?: true;
  /** Whose own address it is. */
  readonly node?: string;
  /** The configured network that the address is in. */
  readonly network?: string;
  readonly class?: AddressClass;
  /** The address changed hands: it belonged to one of these pods, or to none. */
  readonly ambiguous?: true;
  /** `namespace/pod` */
  readonly candidates?: readonly string[];
  /** An address of a node that may stand for another: a source after SNAT, a port before DNAT. */
  readonly mayBeNat?: true;
};

export type Endpoints = {
  readonly source?: Endpoint | undefined;
  readonly destination?: Endpoint | undefined;
};

export const endpointProperties = ["pod", "namespace", "workload", "network"] as const;
/** What people ask of endpoints, for filters and for what is ranked. */
export type EndpointProperty = (typeof endpointProperties)[number];

export type PodName = {
  readonly namespace: string;
  readonly name: string;
  /** Of a static pod: the node that its name ends in, empty where that is not known. */
  readonly staticOn?: string | undefined;
};

/** A pod and what follows from its name. */
export function podEndpoint({ namespace, name: pod, staticOn }: PodName): Endpoint {
  const workload = workloadOf(pod, staticOn);
  if (workload === undefined) return { namespace, pod };
  const { name, kind } = workload;
  const derived = { workload: name, workloadDerived: true } as const;
  return { namespace, pod, ...derived, ...(kind === undefined ? {} : { workloadKind: kind }) };
}

/** A property as people read it: `namespace/pod`, `namespace/workload`; undefined for none. */
export function propertyOf(
  endpoint: Endpoint | undefined,
  property: EndpointProperty,
): string | undefined {
  if (endpoint === undefined) return undefined;
  const { namespace, pod, workload, network } = endpoint;
  switch (property) {
    case "pod":
      return pod === undefined ? undefined : `${namespace}/${pod}`;
    case "workload":
      return workload === undefined ? undefined : `${namespace}/${workload}`;
    case "namespace":
      return namespace;
    case "network":
      return network ?? endpoint.class;
  }
}

/** The endpoints that an ambiguous one may be. */
export function candidatesOf({ candidates = [] }: Endpoint): Endpoint[] {
  return candidates.map((text) => {
    const [namespace = "", name = ""] = text.split("/");
    return podEndpoint({ namespace, name });
  });
}
