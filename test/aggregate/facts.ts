import type { AttemptFacts } from "../../src/aggregate/attempts.ts";

export const ABSENT = -1;
export const SECOND = 1_000_000;
export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;

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
