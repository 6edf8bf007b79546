import fc from "fast-check";
import { expect, test } from "vitest";
import { interfaceHash } from "../../src/identify/interface-hash.ts";
import { endpointTermNames } from "../../src/model/endpoint-term.ts";
import { parseNetworks } from "../../src/model/network.ts";
import { podInterfaceDefaults } from "../../src/model/pod-interface.ts";
import { parseTerm, type Term, type TermName } from "../../src/model/filter-term.ts";
import { flowMatch } from "../../src/model/flow-match.ts";
import { queryFlows } from "../../src/query/flows.ts";
import { questionOf } from "./question-of.ts";
import { type SeedCount, SeededDatabase } from "./seeded-database.ts";

const addresses = ["10.0.0.1", "10.0.0.2", "192.0.2.1", "2001:db8::1", "2001:db8::2"];
const pods = ["web-5d8f7c9b4-x2x7z", "database-0"] as const;
const interfaces = pods.map((pod) => `cali${interfaceHash("shop", pod)}`);
const naming = {
  podInterfaces: podInterfaceDefaults,
  networks: parseNetworks({ office: "192.0.2.0/24", one: "10.0.0.1" }),
};

/** Who had which address, from when until when. */
const lease = fc.record({
  address: fc.constantFrom(...addresses),
  of: fc.constantFrom("", ...interfaces),
  from: fc.constantFrom(590, 604),
  to: fc.constantFrom(604, 606, 620),
});
const seed: fc.Arbitrary<Partial<SeedCount>> = fc.record({
  src: fc.constantFrom(...addresses),
  dst: fc.constantFrom(...addresses),
  dstPort: fc.constantFrom(-1, 53, 443, 5432),
  protocol: fc.constantFrom(1, 6, 17, 253),
  in: fc.constantFrom("", "eth0", "cali0123456789a", ...interfaces),
  out: fc.constantFrom("", "eth0", "calibcdef012345", ...interfaces),
  minute: fc.constantFrom(600, 605, 610),
  prefix: fc.constantFrom("calico-packet: ", "calico-drop: ", "calico-packet"),
  node: fc.constantFrom("worker-1", "worker-2"),
});

const values: readonly (readonly [TermName, string])[] = [
  ["from-ip", "10.0.0.0/31"],
  ["from-ip", "2001:db8::/127"],
  ["from-ip", "0.0.0.0/0"],
  ["to-ip", "192.0.2.1"],
  ["to-ip", "::/0"],
  ["to-port", "443"],
  ["to-port", "53"],
  ["protocol", "tcp"],
  ["protocol", "253"],
  ["direction", "ingress"],
  ["direction", "host-egress"],
  ["direction", "local"],
  ["prefix", "calico-packet"],
  ["prefix", "calico-drop: "],
  ["policy", "deny-all"],
  ["node", "worker-2"],
];
const endpointTexts = [
  "shop/database-0",
  "database-0",
  "web",
  "shop/web",
  "shop",
  "other",
  "office",
  "private",
  "public",
];
const endpointTerm: fc.Arbitrary<Term> = fc
  .tuple(fc.constantFrom(...endpointTermNames), fc.constantFrom(...endpointTexts), fc.boolean())
  .map(([name, text, isNegated]) => parseTerm(name, text, isNegated));
const term: fc.Arbitrary<Term> = fc
  .tuple(fc.constantFrom(...values), fc.boolean())
  .map(([[name, text], isNegated]) => parseTerm(name, text, isNegated));

test("flowMatch() lets through the flows that a query finds with the same filter", () => {
  fc.assert(
    fc.property(
      fc.array(seed, { minLength: 1, maxLength: 12 }),
      fc.uniqueArray(lease, { selector: ({ address, of }) => address + of, maxLength: 6 }),
      fc.array(fc.oneof(term, endpointTerm), { maxLength: 4 }),
      (seeds, leases, terms) => {
        using seeded = new SeededDatabase(...seeds);
        const { database } = seeded;
        for (const [index, pod] of pods.entries()) seeded.addPod("shop", pod, `u${index}`, 500);
        for (const { address, of, from, to } of leases) seeded.addLease(address, of, from, to);
        const { flows } = queryFlows(database, questionOf({ terms: [], naming }), "packets");
        const wanted = queryFlows(database, questionOf({ terms, naming }), "packets").flows;
        expect(flows.filter(flowMatch(terms))).toEqual(wanted);
      },
    ),
    { numRuns: 150 },
  );
});

test.for([
  ["--from-ip", parseTerm("from-ip", "0.0.0.0/0", false), false],
  ["--not --from-ip", parseTerm("from-ip", "192.0.2.1", true), false],
  ["--direction", parseTerm("direction", "ingress", false), false],
  ["--to-port", parseTerm("to-port", "443", false), true],
  ["--node", parseTerm("node", "worker-1", false), true],
] as const)("a flow of many sources is left out where it cannot answer: %s", ([, asked, isIn]) => {
  const other = {
    other: true,
    dst: "10.0.0.1",
    dstPort: 443,
    protocol: "tcp",
    prefix: "calico-packet: ",
    node: "worker-1",
  } as const;
  expect(flowMatch([asked])(other)).toBe(isIn);
});

test.for([
  ["to-network", "private", true],
  ["to-network", "office", false],
  ["network", "private", true],
  ["network", "office", false],
  ["from-network", "private", false],
  ["to-pod", "web", false],
  ["namespace", "shop", false],
] as const)("a flow of many sources is asked for --%s %s", ([name, text, isIn]) => {
  const other = {
    other: true,
    dst: "10.0.0.1",
    destination: { class: "private" },
    prefix: "calico-packet: ",
  } as const;
  expect(flowMatch([parseTerm(name, text, false)])(other)).toBe(isIn);
});

test("an ambiguous endpoint is neither one of its candidates nor another, but no third", () => {
  const flow = {
    prefix: "calico-packet: ",
    source: { ambiguous: true, candidates: ["shop/web-0", "shop/database-0"] },
    destination: { namespace: "billing", pod: "api-0" },
  } as const;
  const matches = (name: TermName, text: string, isNegated: boolean) =>
    flowMatch([parseTerm(name, text, isNegated)])(flow);
  expect([matches("pod", "web-0", false), matches("pod", "web-0", true)]).toEqual([false, false]);
  expect([matches("pod", "api-0", false), matches("pod", "api-0", true)]).toEqual([true, false]);
  expect([matches("pod", "x-0", false), matches("pod", "x-0", true)]).toEqual([false, true]);
});
