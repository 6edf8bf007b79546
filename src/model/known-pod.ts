/**
 * A pod that was on a node. It has the interface that its name gives for all of its life. Times are
 * microseconds since the epoch.
 */
export type KnownPod = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Behind the prefix of its interface's name. */
  readonly hash: string;
  readonly from: number;
};

/** What has become of the pods of a node since it was looked last. */
export type PodChanges = {
  readonly appeared: readonly KnownPod[];
  /** UIDs of those that are gone. */
  readonly gone: readonly string[];
  /** Those that are not among `appeared` went while nobody looked. */
  readonly isComplete: boolean;
  /** When this was seen. */
  readonly time: number;
};
