import { expect, test } from "vitest";
import { eventLine } from "../../../src/commands/output/event-line.ts";
import type { RecentEvent } from "../../../src/query/recent-events.ts";

const usual: RecentEvent = {
  event: 1,
  time: "2026-11-22T14:28:51.250740Z",
  prefix: "calico-packet: ",
  verdict: "denied",
  src: "10.244.1.5",
  srcPort: 40_000,
  dst: "10.244.2.7",
  dstPort: 5432,
  protocol: "tcp",
  tcpFlags: ["SYN"],
  direction: "local",
  line: "",
};

test.for<readonly [what: string, event: Partial<RecentEvent>, line: string]>([
  [
    "addresses",
    {},
    "2026-11-22 14:28:51.250: 10.244.1.5:40000 -> 10.244.2.7:5432 local DENIED (TCP Flags: SYN)",
  ],
  [
    "pods and a policy",
    {
      source: { namespace: "shop", pod: "web-0" },
      destination: { namespace: "shop", pod: "database-0" },
      policy: "shop/deny-all",
    },
    "2026-11-22 14:28:51.250: shop/web-0:40000 -> shop/database-0:5432 local DENIED by " +
      "shop/deny-all (TCP Flags: SYN)",
  ],
  [
    "a network, a cut policy and a whole second",
    { time: "2026-11-22T14:28:51Z", source: { network: "office" }, policy: "de", policyCut: true },
    "2026-11-22 14:28:51: 10.244.1.5:40000 (office) -> 10.244.2.7:5432 local DENIED by de… " +
      "(TCP Flags: SYN)",
  ],
  [
    "IPv6",
    { src: "fd00::1", dst: "fd00::2", destination: { ambiguous: true } },
    "2026-11-22 14:28:51.250: [fd00::1]:40000 -> [fd00::2]:5432 (ambiguous) local DENIED " +
      "(TCP Flags: SYN)",
  ],
])("eventLine() of %s", ([, event, line]) => {
  expect(eventLine({ ...usual, ...event })).toBe(line);
});

const { tcpFlags: _, srcPort: __, dstPort: ___, ...bare } = usual;

test.for<readonly [what: string, event: Partial<RecentEvent>, end: string]>([
  ["udp", { protocol: "udp" }, "DENIED (udp)"],
  ["icmp", { protocol: "icmp", icmpType: 8, icmpCode: 0 }, "DENIED (icmp 8/0)"],
  [
    "icmp with a name",
    { protocol: "icmp", icmpType: 8, icmpCode: 0, icmpName: "echo-request" },
    "DENIED (icmp echo-request)",
  ],
  ["another verdict", { verdict: "allowed", protocol: "gre" }, "ALLOWED (gre)"],
  ["text that a terminal would obey", { policy: "\u001b[2J" }, "DENIED by \\x1b[2J (tcp)"],
])("eventLine() ends %s", ([, event, end]) => {
  expect(eventLine({ ...bare, ...event }).endsWith(` ${end}`)).toBe(true);
});
