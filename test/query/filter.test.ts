import { describe, expect, test } from "vitest";
import { directionOf, directions } from "../../src/model/direction.ts";
import { parseTerm, type Term, type TermName } from "../../src/model/filter-term.ts";
import { queryFlows } from "../../src/query/flows.ts";
import { questionOf } from "./question-of.ts";
import { SeededDatabase } from "./seeded-database.ts";

const is = (name: TermName, text: string) => parseTerm(name, text, false);
const not = (name: TermName, text: string) => parseTerm(name, text, true);

describe("parseTerm() says what it expected", () => {
  const protocols = "icmp, igmp, tcp, udp, dccp, gre, esp, ah, icmpv6, ospf, vrrp, sctp, udplite";
  test.each<[TermName, string, string]>([
    ["from-ip", "10.0.0", "an address or a CIDR block such as 10.0.0.0/8"],
    ["from-ip", "10.0.0.0/33", "an address or a CIDR block such as 10.0.0.0/8"],
    ["from-ip", "pod", "an address or a CIDR block such as 10.0.0.0/8"],
    ["to-ip", "::1::", "an address or a CIDR block such as 10.0.0.0/8"],
    ["to-ip", "", "an address or a CIDR block such as 10.0.0.0/8"],
    ["to-port", "65536", "a port from 0 to 65535"],
    ["to-port", "-1", "a port from 0 to 65535"],
    ["to-port", "443-445", "a port from 0 to 65535"],
    ["to-port", "0x50", "a port from 0 to 65535"],
    ["to-port", "https", "a port from 0 to 65535"],
    ["to-port", "", "a port from 0 to 65535"],
    ["protocol", "256", `a number from 0 to 255 or one of ${protocols}`],
    ["protocol", "tcpp", `a number from 0 to 255 or one of ${protocols}`],
    ["direction", "in", "one of ingress, egress, local, host-ingress, host-egress, forward"],
    ["direction", "INGRESS", "one of ingress, egress, local, host-ingress, host-egress, forward"],
  ])("--%s %j", (name, text, expected) => {
    expect(() => is(name, text)).toThrow(
      new RangeError(`Cannot filter by --${name} "${text}": expected ${expected}`),
    );
  });
});

const flows = [
  { src: "10.0.0.1", dst: "10.0.0.2", dstPort: 53, protocol: 17, tcpFlags: 0, node: "worker-2" },
  { src: "10.0.1.1", dst: "10.0.0.2", dstPort: 53 },
  { src: "192.0.2.1", dst: "10.0.0.3", dstPort: 443, prefix: "calico-drop: " },
  { src: "2001:db8::1", dst: "2001:db8::2", dstPort: 443 },
  { src: "10.0.0.9", dst: "10.0.0.2", dstPort: -1, protocol: 1, icmpType: 8, icmpCode: 0 },
  { src: "10.0.0.7", dst: "10.0.0.2", dstPort: 22, prefix: "[UFW BLOCK] " },
  { src: "10.0.0.8", dst: "10.0.0.2", dstPort: 22, prefix: "calico-packet-est: " },
];

/** The sources of the flows that a filter lets through. */
function sourcesOf(...terms: readonly Term[]): string[] {
  using seeded = new SeededDatabase(...flows);
  const answer = queryFlows(seeded.database, questionOf({ terms }), "packets");
  expect(answer.totals.flows).toBe(answer.flows.length);
  return answer.flows.map(({ src = "" }) => src);
}

describe("conditionOf() lets through", () => {
  test.each<[string, readonly Term[], string[]]>([
    [
      "what was denied, without a filter",
      [],
      ["10.0.0.1", "10.0.0.9", "10.0.1.1", "192.0.2.1", "2001:db8::1"],
    ],
    ["an address", [is("from-ip", "10.0.0.1")], ["10.0.0.1"]],
    ["a block", [is("from-ip", "10.0.0.0/24")], ["10.0.0.1", "10.0.0.9"]],
    [
      "a block of which an address is written",
      [is("from-ip", "10.0.0.77/16")],
      ["10.0.0.1", "10.0.0.9", "10.0.1.1"],
    ],
    [
      "all of IPv4",
      [is("from-ip", "0.0.0.0/0")],
      ["10.0.0.1", "10.0.0.9", "10.0.1.1", "192.0.2.1"],
    ],
    ["all of IPv6", [is("to-ip", "::/0")], ["2001:db8::1"]],
    ["an address of IPv6", [is("to-ip", "2001:DB8:0::2")], ["2001:db8::1"]],
    ["a destination", [is("to-ip", "10.0.0.3")], ["192.0.2.1"]],
    [
      "one of two blocks",
      [is("from-ip", "10.0.1.0/24"), is("from-ip", "192.0.2.0/24")],
      ["10.0.1.1", "192.0.2.1"],
    ],
    [
      "a block but for an address",
      [is("from-ip", "10.0.0.0/8"), not("from-ip", "10.0.1.1")],
      ["10.0.0.1", "10.0.0.9"],
    ],
    [
      "none of two addresses",
      [not("from-ip", "10.0.0.1"), not("from-ip", "10.0.1.1")],
      ["10.0.0.9", "192.0.2.1", "2001:db8::1"],
    ],
    ["a port", [is("to-port", "53")], ["10.0.0.1", "10.0.1.1"]],
    [
      "one of two ports",
      [is("to-port", "53"), is("to-port", "443")],
      ["10.0.0.1", "10.0.1.1", "192.0.2.1", "2001:db8::1"],
    ],
    [
      "no port but another, which ICMP has not",
      [not("to-port", "53")],
      ["10.0.0.9", "192.0.2.1", "2001:db8::1"],
    ],
    ["a protocol by name", [is("protocol", "UDP")], ["10.0.0.1"]],
    ["a protocol by number", [is("protocol", "1")], ["10.0.0.9"]],
    ["a port of a protocol", [is("to-port", "53"), is("protocol", "tcp")], ["10.0.1.1"]],
    ["a port of no protocol", [is("to-port", "53"), not("protocol", "tcp")], ["10.0.0.1"]],
    ["a node", [is("node", "worker-2")], ["10.0.0.1"]],
    ["no node but another", [not("node", "worker-1")], ["10.0.0.1"]],
    ["nothing, where nothing fits", [is("node", "worker-2"), is("to-port", "443")], []],
    ["a prefix without its separator", [is("prefix", "calico-drop")], ["192.0.2.1"]],
    ["a prefix with its separator", [is("prefix", "calico-drop: ")], ["192.0.2.1"]],
    ["a prefix that is no denial, for somebody asked", [is("prefix", "[UFW BLOCK]")], ["10.0.0.7"]],
    ["a follow-up, for somebody asked", [is("prefix", "calico-packet-est")], ["10.0.0.8"]],
    ["no prefix by a part of it", [is("prefix", "calico")], []],
    [
      "what was denied without a prefix",
      [not("prefix", "calico-drop")],
      ["10.0.0.1", "10.0.0.9", "10.0.1.1", "2001:db8::1"],
    ],
  ])("%s", (_, terms, expected) => {
    expect(sourcesOf(...terms)).toEqual(expected);
  });

  test.each(["'", "%", "calico-packet' OR 1=1 --", "_", "*", '"'])(
    "nothing by a name that is SQL: %s",
    (text) => {
      expect(sourcesOf(is("prefix", text))).toEqual([]);
      expect(sourcesOf(is("node", text))).toEqual([]);
    },
  );
});

const names = [
  "",
  "eth0",
  "eth1",
  "tunl0",
  "vxlan.calico",
  "cali",
  "cali0258606045f",
  "cali7240507a6be",
  "CALI0258606045f",
  "xcali",
  "eni1a2b3c4d5e6",
  "gke1234567890a",
  "azv1234567890a",
  "veth1a2b3c4d",
  "[cali]*",
];

describe("--direction", () => {
  using seeded = new SeededDatabase();
  const pairs = names.flatMap((inName) => names.map((outName) => [inName, outName] as const));
  for (const [inName, outName] of pairs) seeded.add({ in: inName, out: outName });
  const answers = new Map(
    directions.flatMap((direction) =>
      [false, true].map((isNegated) => {
        const terms = [parseTerm("direction", direction, isNegated)];
        const answer = queryFlows(seeded.database, questionOf({ terms }), "packets");
        const found = answer.flows.map((flow) => `${flow.in ?? ""} ${flow.out ?? ""}`);
        return [`${direction} ${isNegated}`, found] as const;
      }),
    ),
  );

  test.each(directions)("%s is what directionOf() says of any two interfaces", (direction) => {
    const text = ([inName, outName]: readonly [string, string]) => `${inName} ${outName}`;
    const isSo = ([inName, outName]: readonly [string, string]) =>
      directionOf(inName, outName) === direction;
    expect(answers.get(`${direction} false`)!.toSorted()).toEqual(
      pairs.filter(isSo).map(text).toSorted(),
    );
    expect(answers.get(`${direction} true`)!.toSorted()).toEqual(
      pairs
        .filter((pair) => !isSo(pair))
        .map(text)
        .toSorted(),
    );
  });
});
