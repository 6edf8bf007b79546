import type { Attempts } from "../../src/aggregate/attempts.ts";
import {
  FLOW_DST,
  FLOW_DST_HIGH,
  FLOW_ICMP,
  FLOW_PORT,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
} from "../../src/model/flow-key.ts";
import {
  LINE_ICMP_ID,
  LINE_ICMP_SEQ,
  LINE_ID,
  LINE_REPEATED,
  LINE_SRC_PORT,
  LINE_UPTIME_SECONDS,
  LINE_WORDS,
} from "../../src/model/line-words.ts";

export const ABSENT = -1;
export const SECOND = 1_000_000;
export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;

/** What attempts are told apart by. */
export type AttemptFacts = Readonly<
  Record<
    | `${"src" | "dst"}${0 | 1 | 2 | 3}`
    | `icmp${"Type" | "Code" | "Id" | "Seq"}`
    | "family"
    | "protocol"
    | "srcPort"
    | "dstPort"
    | "id"
    | "uptimeSeconds"
    | "repeated",
    number
  >
>;

/**
 * The numbers of a SYN from 10.0.0.1:40000 to 10.0.0.2:443, but for what a test needs otherwise.
 */
export function factsOf(facts: Partial<AttemptFacts>): AttemptFacts {
  return {
    family: 4,
    src0: 0,
    src1: 0,
    src2: 0,
    src3: 0x0a000001,
    dst0: 0,
    dst1: 0,
    dst2: 0,
    dst3: 0x0a000002,
    protocol: TCP,
    srcPort: 40_000,
    dstPort: 443,
    icmpType: ABSENT,
    icmpCode: ABSENT,
    icmpId: ABSENT,
    icmpSeq: ABSENT,
    id: 7,
    uptimeSeconds: ABSENT,
    repeated: 1,
    ...facts,
  };
}

/** Asked once for all, as the place of a line is: what stood there before must not matter. */
const words = new Int32Array(LINE_WORDS * 2);

/** How many attempts a denial begins, counted as a line at an odd place. */
export function countAttempts(attempts: Attempts, facts: AttemptFacts, time: number): number {
  const at = LINE_WORDS;
  const put = (word: number, value: number) => {
    words[at + word] = value;
  };
  put(FLOW_PROTOCOL, (facts.family << 16) | (facts.protocol + 1));
  put(FLOW_SRC, facts.src3);
  put(FLOW_DST, facts.dst3);
  for (const [index, word] of [facts.src0, facts.src1, facts.src2].entries()) {
    put(FLOW_SRC_HIGH + index, word);
  }
  for (const [index, word] of [facts.dst0, facts.dst1, facts.dst2].entries()) {
    put(FLOW_DST_HIGH + index, word);
  }
  put(FLOW_PORT, facts.dstPort + 1);
  put(FLOW_ICMP, ((facts.icmpType + 1) << 16) | (facts.icmpCode + 1));
  put(LINE_SRC_PORT, facts.srcPort);
  put(LINE_ICMP_ID, facts.icmpId);
  put(LINE_ICMP_SEQ, facts.icmpSeq);
  put(LINE_ID, facts.id);
  put(LINE_UPTIME_SECONDS, facts.uptimeSeconds);
  put(LINE_REPEATED, facts.repeated);
  attempts.prepare(words, at);
  return attempts.count(words, at, time);
}
