/** How long counts are kept, in microseconds, and how large their database may become. */
export type Retention = {
  /** Undefined where only the size counts. */
  readonly keep: KeptFor | undefined;
  readonly databaseBytesMax: number;
};

/** Counts of minutes go first, of days last: whatever was asked for, none outlives a longer one. */
export type KeptFor = {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
};

/** The first of the spans of a length that are all kept: older rows may be there, or not. */
export type KeptFrom = {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
};
