/** Follow-ups of a flow in a span of time: numbers side by side, as in count-row.ts. */
export const FOLLOW_UP_COLUMNS = 7;
/** Minutes, hours or days since the epoch. */
export const FOLLOW_UP_SPAN = 0;
/** Session index of the flow. */
export const FOLLOW_UP_FLOW = 1;
export const FOLLOW_UP_ESTABLISHED = 2;
export const FOLLOW_UP_RESET = 3;
export const FOLLOW_UP_ICMP_ERROR = 4;
/** Microseconds since the epoch. */
export const FOLLOW_UP_FIRST_SEEN = 5;
export const FOLLOW_UP_LAST_SEEN = 6;
