/** Counts of a flow in a span of time: numbers side by side, in the order of the table. */
export const COUNT_COLUMNS = 8;
/** Minutes, hours or days since the epoch. */
export const COUNT_SPAN = 0;
/** Session index of the flow. */
export const COUNT_FLOW = 1;
export const COUNT_PACKETS = 2;
export const COUNT_ATTEMPTS = 3;
export const COUNT_BYTES = 4;
export const COUNT_TCP_FLAGS = 5;
/** Microseconds since the epoch. */
export const COUNT_FIRST_SEEN = 6;
export const COUNT_LAST_SEEN = 7;
