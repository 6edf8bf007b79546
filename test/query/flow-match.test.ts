import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTerm, type Term, type TermName } from "../../src/model/filter-term.ts";
import { flowMatch } from "../../src/model/flow-match.ts";
import { queryFlows } from "../../src/query/flows.ts";
import { questionOf } from "./question-of.ts";
import { type SeedCount, SeededDatabase } from "./seeded-database.ts";

const addresses = ["10.0.0.1", "10.0.0.2", "192.0.2.1", "2001:db8::1", "2001:db8::2"];
const seed: fc.Arbitrary<Partial<SeedCount>> = fc.record({
  src: fc.constantFrom(...addresses),
  dst: fc.constantFrom(...addresses),
  dstPort: fc.constantFrom(-1, 53, 443, 5432),
  protocol: fc.constantFrom(1, 6, 17, 253),
  in: fc.constantFrom("", "eth0", "cali0123456789a"),
  out: fc.constantFrom("", "eth0", "calibcdef012345"),
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
const term: fc.Arbitrary<Term> = fc
  .tuple(fc.constantFrom(...values), fc.boolean())
  .map(([[name, text], isNegated]) => parseTerm(name, text, isNegated));

test("flowMatch() lets through the flows that a query finds with the same filter", () => {
  fc.assert(
    fc.property(
      fc.array(seed, { minLength: 1, maxLength: 12 }),
      fc.array(term, { maxLength: 4 }),
      (seeds, terms) => {
        using seeded = new SeededDatabase(...seeds);
        const { database } = seeded;
        const { flows } = queryFlows(database, questionOf({ terms: [] }), "packets");
        const wanted = queryFlows(database, questionOf({ terms }), "packets").flows;
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
