import { describe, expect, test } from "vitest";
import type { OutgoingEvent, OutgoingFlow } from "../../../src/model/outgoing.ts";
import { event, flow } from "./examples.ts";
import { formatted } from "./formatted.ts";
import { parseStrictly } from "./strict-rfc5424.ts";

const bareDenial = { src: "10.0.0.1", dst: "10.0.0.2", prefix: "calico-packet: " };
const bare: OutgoingEvent = {
  kind: "event",
  id: event.id,
  node: event.node,
  time: event.time,
  direction: "ingress",
  message: event.message,
  denial: bareDenial,
  whole: () => bareDenial,
};

function sentenceOf(outgoing: OutgoingEvent | OutgoingFlow, names = true): string {
  return parseStrictly(formatted(outgoing, { names }).bytes).text;
}

const withDenial = (fields: Partial<OutgoingEvent["denial"]>): OutgoingEvent => ({
  ...bare,
  denial: { ...bare.denial, ...fields },
});
const withFlow = (fields: OutgoingFlow["flow"]): OutgoingFlow => ({
  ...flow,
  source: {},
  destination: {},
  flow: fields,
});

describe("Sentences", () => {
  test.each<readonly [string, OutgoingEvent | OutgoingFlow, string]>([
    [
      "a denial of which little is known",
      bare,
      "denied packet 10.0.0.1 -> 10.0.0.2, ingress, prefix calico-packet",
    ],
    [
      "ports and the policy",
      withDenial({ protocol: "udp", srcPort: 1, dstPort: 53, policy: "default/deny-all" }),
      "denied udp 10.0.0.1:1 -> 10.0.0.2:53, ingress, policy default/deny-all, " +
        "prefix calico-packet",
    ],
    [
      "ports of IPv6",
      withDenial({ protocol: "tcp", src: "2001:db8::1", srcPort: 1, dst: "::2", dstPort: 443 }),
      "denied tcp [2001:db8::1]:1 -> [::2]:443, ingress, prefix calico-packet",
    ],
    [
      "type and code",
      withDenial({ protocol: "icmp", icmpType: 8, icmpCode: 0 }),
      "denied icmp 10.0.0.1 -> 10.0.0.2 type 8 code 0, ingress, prefix calico-packet",
    ],
    [
      "how many a line stands for",
      withDenial({ repeated: 3 }),
      "denied packet 10.0.0.1 -> 10.0.0.2, ingress, prefix calico-packet, 3 packets",
    ],
    [
      "another verdict",
      withDenial({ verdict: "unknown" }),
      "unknown packet 10.0.0.1 -> 10.0.0.2, ingress, prefix calico-packet",
    ],
    [
      "a prefix with signs, in quotes",
      withDenial({ prefix: '[UFW "BLOCK"] ' }),
      String.raw`denied packet 10.0.0.1 -> 10.0.0.2, ingress, prefix "[UFW \"BLOCK\"]"`,
    ],
    ["no prefix", withDenial({ prefix: "" }), "denied packet 10.0.0.1 -> 10.0.0.2, ingress"],
    [
      "pods",
      { ...bare, source: { namespace: "shop", pod: "web-0" }, destination: { node: "n2" } },
      "denied packet 10.0.0.1 (shop/web-0) -> 10.0.0.2 (n2), ingress, prefix calico-packet",
    ],
    [
      "workloads and networks",
      { ...bare, source: { namespace: "shop", workload: "web" }, destination: { network: "vpn" } },
      "denied packet 10.0.0.1 (shop/web) -> 10.0.0.2 (vpn), ingress, prefix calico-packet",
    ],
    [
      "a flow with its counts",
      withFlow({ src: "::1", dst: "::2", protocol: "tcp", dstPort: 80, prefix: "p: " }),
      "denied tcp ::1 -> [::2]:80, prefix p: 12 packets, 2 attempts, 720 bytes in 60 s",
    ],
    [
      "one packet as one",
      { ...withFlow({ src: "::1", dst: "::2", prefix: "" }), packets: 1, attempts: 1, bytes: 1 },
      "denied packets ::1 -> ::2: 1 packet, 1 attempt, 1 byte in 60 s",
    ],
    [
      "flows of which there was no room for each",
      withFlow({ other: true, dst: "10.0.0.2", protocol: "tcp", dstPort: 80, prefix: "" }),
      "denied tcp many sources -> 10.0.0.2:80: 12 packets, 2 attempts, 720 bytes in 60 s",
    ],
    [
      "all that there was no room for",
      withFlow({ other: true, prefix: "" }),
      "denied packets many sources -> many destinations: 12 packets, 2 attempts, 720 bytes in 60 s",
    ],
  ])("say %s", (_, outgoing, expected) => {
    expect(sentenceOf(outgoing)).toBe(expected);
  });

  test("leave out names where they are not to be sent", () => {
    expect(sentenceOf({ ...bare, source: { pod: "web-0" } }, false)).toBe(sentenceOf(bare));
  });
});
