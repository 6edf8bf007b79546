import type { PodName } from "../../model/endpoint.ts";

/** A pod and when it was on the node; microseconds since the epoch. */
export type PodLife = PodName & {
  readonly uid: string;
  readonly from: number;
  /** Infinity while it is there. */
  readonly to: number;
};

/** From when until when an address was seen at a pod, or was a node's own. */
export type Lease = {
  /** The name of the node. */
  readonly node: string;
  /** That of the pod's interface; empty for the node's own address. */
  readonly hash: string;
  readonly from: number;
  readonly to: number;
};

/** What was learnt of pods and addresses. */
export interface NameSource {
  /** Those whose interface has that hash, the oldest first. */
  podsOf(hash: string): readonly PodLife[];
  /** `address` in the form of RFC 5952. */
  leasesOf(address: string): readonly Lease[];
  /** Names that stay as they are now: the same object until there are others. */
  current(): NameSource;
}
