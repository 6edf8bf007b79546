import { hash } from "node:crypto";
import { INTERFACE_HASH_CHARACTERS } from "../model/pod-interface.ts";

/**
 * What stands behind the prefix in the host side name of a pod's interface: Calico, Canal and the
 * VPC CNI of AWS make it of the pod's name alone, so that it tells the pod without asking anybody
 * (libcalico-go, workload_endpoint_default.go; amazon-vpc-cni-k8s, networkutils/names.go).
 */
export function interfaceHash(namespace: string, pod: string): string {
  return hash("sha1", `${namespace}.${pod}`).slice(0, INTERFACE_HASH_CHARACTERS);
}
