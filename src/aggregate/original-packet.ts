import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../model/protocol-number.ts";

/** The numbers of a packet that tell its flow, as LogLine has them. */
export type PacketNumbers = {
  readonly family: number;
  readonly src0: number;
  readonly src1: number;
  readonly src2: number;
  readonly src3: number;
  readonly dst0: number;
  readonly dst1: number;
  readonly dst2: number;
  readonly dst3: number;
  readonly protocol: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly icmpType: number;
  readonly icmpCode: number;
};

/** Types of ICMP answers and what they answer: echo, timestamp, information, address mask. */
const icmpRequests: ReadonlyMap<number, number> = new Map([
  [0, 8],
  [14, 13],
  [16, 15],
  [18, 17],
]);
/** Echo of ICMPv6. */
const icmpv6Requests: ReadonlyMap<number, number> = new Map([[129, 128]]);

/** The packet that another one answers. */
export function answeredBy(reply: PacketNumbers): PacketNumbers {
  const { protocol, icmpType } = reply;
  const isIcmp = protocol === PROTOCOL_ICMP;
  const requests = isIcmp ? icmpRequests : protocol === PROTOCOL_ICMPV6 ? icmpv6Requests : none;
  return {
    family: reply.family,
    src0: reply.dst0,
    src1: reply.dst1,
    src2: reply.dst2,
    src3: reply.dst3,
    dst0: reply.src0,
    dst1: reply.src1,
    dst2: reply.src2,
    dst3: reply.src3,
    protocol,
    srcPort: reply.dstPort,
    dstPort: reply.srcPort,
    icmpType: requests.get(icmpType) ?? icmpType,
    icmpCode: reply.icmpCode,
  };
}

const none: ReadonlyMap<number, number> = new Map();
