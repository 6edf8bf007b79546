/** What a dimension is grouped by in SQL, and the keys that a person reads. */
export type Grouping = {
  readonly columns: readonly string[];
  readonly keys: (...values: never[]) => string | readonly string[];
  /** Kinds of rows above this one do not have it. */
  readonly knownTo?: number;
};

/** Shown where a packet has no such property, as ICMP has no port. */
export const NO_KEY = "-";
