import { EventIds, flowId, noticeId } from "../../../src/forward/message/event-id.ts";
import type { Denial } from "../../../src/model/denial.ts";
import type { OutgoingEvent, OutgoingFlow, OutgoingNotice } from "../../../src/model/outgoing.ts";

export const node = "worker-1";
/** 2026-11-22T13:00:00.123456Z */
export const time = Date.UTC(2026, 10, 22, 13) * 1000 + 123_456;
const minute = 60_000_000;
const intervalStart = Date.UTC(2026, 10, 22, 13) * 1000;

const source = { namespace: "shop", pod: "web-5d8f7c9b4-x2x7z", workload: "web" };
const destination = { namespace: "shop", pod: "postgres-0", workload: "postgres" };

const denial: Denial = {
  time: "2026-11-22T13:00:00.123456Z",
  node,
  prefix: "calico-packet: ",
  verdict: "denied",
  tier: "default",
  kind: "np",
  policy: "default/deny-all",
  uptime: 1371.899_294,
  in: "eth0",
  out: "cali9e5fd88ad03",
  mac: { dst: "ee:ee:ee:ee:ee:ee", src: "a6:1c:2d:c6:3d:4a", type: "08:00" },
  src: "10.244.17.12",
  dst: "10.244.3.9",
  length: 60,
  tos: 0,
  ttl: 63,
  id: 55_435,
  dontFragment: true,
  protocol: "tcp",
  srcPort: 53_120,
  dstPort: 5432,
  window: 65_535,
  tcpFlags: ["SYN"],
  mark: "0x4000",
};

export const event: OutgoingEvent = {
  kind: "event",
  id: new EventIds(node, "head and anchor").of(324_000),
  node,
  time,
  readTime: time + 1_000_000,
  direction: "ingress",
  message: Buffer.from(
    "calico-packet: IN=eth0 OUT=cali9e5fd88ad03 MAC=ee:ee:ee:ee:ee:ee:a6:1c:2d:c6:3d:4a:08:00 " +
      "SRC=10.244.17.12 DST=10.244.3.9 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=55435 DF PROTO=TCP " +
      "SPT=53120 DPT=5432 WINDOW=65535 RES=0x00 SYN URGP=0 MARK=0x4000 ",
  ),
  denial,
  whole: () => denial,
  source,
  destination,
};

export const flow: OutgoingFlow = {
  kind: "flow",
  id: flowId(node, "tcp 2001:db8::17:12 2001:db8::3:9 5432", intervalStart, 0),
  node,
  time: intervalStart + minute,
  flow: {
    src: "2001:db8::17:12",
    dst: "2001:db8::3:9",
    protocol: "tcp",
    dstPort: 5432,
    direction: "ingress",
    in: "eth0",
    out: "cali9e5fd88ad03",
    prefix: "calico-packet: ",
  },
  intervalStart,
  intervalEnd: intervalStart + minute,
  part: 0,
  packets: 12,
  attempts: 2,
  bytes: 720,
  firstSeen: time,
  lastSeen: time + 40_000_000,
  tcpFlags: ["RST", "SYN"],
  source,
  destination,
};

const lost = "At most 12 lines of /var/log/syslog were lost: rotated away unread";

export const notice: OutgoingNotice = {
  kind: "notice",
  id: noticeId(node, time, lost),
  node,
  time,
  notice: "loss",
  text: lost,
  details: { reason: "rotated-unread", path: "/var/log/syslog", lines: 12 },
};

export const examples = { event, flow, notice } as const;
