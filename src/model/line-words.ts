/**
 * A LOG line as words: the key of its flow (flow-key.ts), and behind it what else is counted of it.
 * A number that the line did not have is -1.
 */
export const LINE_WORDS = 48;
export const LINE_SRC_PORT = 20;
export const LINE_ICMP_ID = 21;
export const LINE_ICMP_SEQ = 22;
/** Identification of the IP packet. */
export const LINE_ID = 23;
export const LINE_UPTIME_SECONDS = 24;
/** How many packets the line stands for. */
export const LINE_REPEATED = 25;
/** Bytes of the packet. */
export const LINE_LENGTH = 26;
export const LINE_TCP_FLAGS = 27;
/** Where the line lies in the bytes of its batch. */
export const LINE_START = 28;
export const LINE_END = 29;
/** What the tables of flows and of attempts look for. */
export const LINE_FLOW_HASH = 30;
export const LINE_ATTEMPT_HASH = 31;
/** The key by which attempts are told apart: as many words as a recent key has. */
export const LINE_ATTEMPT_KEY = 32;
/** The number of the flow. */
export const LINE_FLOW = 44;
/** How many attempts the line begins. */
export const LINE_ATTEMPTS = 45;
/** Where the minute of the flow was last. */
export const LINE_MINUTE_ROW = 46;
