import type { Endpoint } from "./endpoint.ts";

/** The fields of an endpoint, for what has no fields within fields. */
export const flatEndpointFields = [
  "namespace",
  "pod",
  "uid",
  "workload",
  "node",
  "network",
  "class",
  "ambiguous",
  "mayBeNat",
] as const satisfies readonly (keyof Endpoint)[];

export type FlatEndpointField = (typeof flatEndpointFields)[number];

/** `srcPod`, `dstNetwork` */
export function flatEndpointName(side: "src" | "dst", field: FlatEndpointField): string {
  return `${side}${field.charAt(0).toUpperCase()}${field.slice(1)}`;
}
