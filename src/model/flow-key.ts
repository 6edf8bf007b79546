/** The words of a flow key. Those that an IPv4 flow does not need stand last. */
export const FLOW_WORDS = 20;
export const FLOW_WORDS_IPV4 = 14;
/** family << 16 | protocol + 1 */
export const FLOW_PROTOCOL = 0;
/** The last of the four words of an address: all of an IPv4 address. */
export const FLOW_SRC = 1;
export const FLOW_DST = 2;
/** port + 1 */
export const FLOW_PORT = 3;
/** type + 1 << 16 | code + 1 */
export const FLOW_ICMP = 4;
/** index of the prefix << 16 | index of the node */
export const FLOW_ORIGIN = 5;
/** The name of IN=, its bytes as they are: at most 15, the rest of the four words is 0. */
export const FLOW_IN = 6;
export const FLOW_OUT = 10;
export const FLOW_INTERFACE_WORDS = 4;
/** The first three words of an IPv6 address. */
export const FLOW_SRC_HIGH = 14;
export const FLOW_DST_HIGH = 17;
