/** The own addresses of a node. Times are microseconds since the epoch. */
export type NodeAddresses = {
  readonly node: string;
  readonly addresses: readonly string[];
  /** From when on those have been its own that were not known before. */
  readonly since: number;
  /** When this was seen. */
  readonly time: number;
};
