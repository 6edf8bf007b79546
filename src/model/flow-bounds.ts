/** Rows for flows that one minute may take; denials beyond them fold into `other` rows. */
export type FlowBounds = {
  /** New flows get a row while the minute has fewer; flows that have one, up to twice this. */
  readonly flowsPerMinuteMax: number;
  /** Rows of one destination and port each; beyond them, one for all. */
  readonly otherRowsPerMinuteMax: number;
  /** A flow with so many packets at once gets a row in a full minute too, as far as these go. */
  readonly heavyPacketsMin: number;
  readonly heavyRowsPerMinuteMax: number;
};

/** The bounds of an agent, but for the one that is a setting. */
export const otherRowBounds = {
  otherRowsPerMinuteMax: 1000,
  heavyPacketsMin: 64,
  heavyRowsPerMinuteMax: 1000,
} as const satisfies Partial<FlowBounds>;

/** `flows.kind`: what a row of counts is about. */
export const KIND_FLOW = 0;
/** Many flows of one destination, port and protocol. */
export const KIND_OTHER = 1;
/** Many flows of which only prefix and node are known. */
export const KIND_OTHER_OF_ALL = 2;
