import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { interfaceHash } from "../../../src/identify/interface-hash.ts";
import { endpointTermNames } from "../../../src/model/endpoint-term.ts";
import { parseTerm } from "../../../src/model/filter-term.ts";
import { parseNetworks } from "../../../src/model/network.ts";
import { podInterfaceDefaults } from "../../../src/model/pod-interface.ts";
import { queryFlows } from "../../../src/query/flows.ts";
import { queryTop, type TopDimension } from "../../../src/query/top.ts";
import { questionOf } from "../question-of.ts";
import { type SeedCount, SeededDatabase } from "../seeded-database.ts";

const pods = [
  ["shop", "web-5d8f7c9b4-x2x7z"],
  ["shop", "web-5d8f7c9b4-k8k7k"],
  ["shop", "database-0"],
  ["billing", "api-0"],
] as const;
const [web, web2, database, api] = pods.map(
  ([namespace, name]) => `cali${interfaceHash(namespace, name)}`,
) as [string, string, string, string];
const naming = {
  podInterfaces: podInterfaceDefaults,
  networks: parseNetworks({ office: "192.0.2.0/24" }),
};

function seededWith(counts: readonly Partial<SeedCount>[]): SeededDatabase {
  const seeded = new SeededDatabase(...counts);
  for (const [index, [namespace, name]] of pods.entries()) {
    seeded.addPod(namespace, name, `u${index}`, 100);
  }
  seeded.addLease("10.0.0.50", web, 500, 605);
  seeded.addLease("10.0.0.50", api, 606, 700);
  return seeded;
}

const flows: readonly Partial<SeedCount>[] = [
  { in: web, out: database, packets: 10 },
  { in: web2, out: database, packets: 5 },
  { in: web, out: web2, packets: 3 },
  { src: "192.0.2.7", in: "eth0", out: api, packets: 8 },
  { src: "8.8.8.8", dst: "10.9.9.9", in: "eth0", out: "", packets: 2 },
  { src: "8.8.8.8", dst: "10.0.0.50", in: "eth0", out: "", packets: 1, minute: 600 },
  { src: "8.8.8.8", dst: "10.0.0.50", in: "eth0", out: "", packets: 1, minute: 650 },
];

describe("queryTop()", () => {
  test.for<readonly [TopDimension, string[]]>([
    [
      "pod",
      [
        "shop/database-0 15",
        "shop/web-5d8f7c9b4-x2x7z 13",
        "billing/api-0 8",
        "shop/web-5d8f7c9b4-k8k7k 8",
        "- 2",
        "ambiguous 2",
      ],
    ],
    ["from-pod", ["shop/web-5d8f7c9b4-x2x7z 13", "- 12", "shop/web-5d8f7c9b4-k8k7k 5"]],
    ["namespace", ["shop 18", "billing 8", "- 2", "ambiguous 2"]],
    ["workload", ["shop/web 18", "shop/database 15", "billing/api 8", "- 2", "ambiguous 2"]],
    ["to-workload", ["shop/database 15", "billing/api 8", "shop/web 3", "- 2", "ambiguous 2"]],
    ["network", ["private 30", "office 8", "public 4"]],
    ["from-network", ["private 18", "office 8", "public 4"]],
  ])("by %s", ([by, expected]) => {
    using seeded = seededWith(flows);
    const { top, totals } = queryTop(seeded.database, questionOf({ naming }), by);
    expect(top.map(({ key, packets }) => `${key} ${packets}`)).toEqual(expected);
    // What counts for two keys counts once in the sum.
    expect(totals.packets).toBe(30);
  });

  test("gives of each name what a filter by that name finds", () => {
    const count = fc.record({
      src: fc.constantFrom("10.0.0.50", "192.0.2.7", "8.8.8.8"),
      dst: fc.constantFrom("10.0.0.50", "10.9.9.9"),
      in: fc.constantFrom("", "eth0", web, web2, api),
      out: fc.constantFrom("", "eth0", web, database),
      minute: fc.constantFrom(600, 605, 650, 900),
      packets: fc.integer({ min: 1, max: 9 }),
    });
    const dimension = fc.constantFrom(...endpointTermNames);
    fc.assert(
      fc.property(fc.array(count, { minLength: 1, maxLength: 12 }), dimension, (counts, by) => {
        using seeded = seededWith(counts);
        const { top } = queryTop(seeded.database, questionOf({ naming }), by);
        for (const { key, packets, flows: number } of top) {
          if (key === "-" || key === "ambiguous") continue;
          const terms = [parseTerm(by, key, false)];
          const { totals } = queryFlows(seeded.database, questionOf({ naming, terms }), "packets");
          expect(totals).toMatchObject({ packets, flows: number });
        }
      }),
      { numRuns: 60 },
    );
  });
});

test("totals are a lower bound where a filter cannot say whether a flow matches", () => {
  using seeded = seededWith(flows);
  const totalsOf = (name: "pod" | "network", text: string) => {
    const terms = [parseTerm(name, text, false)];
    return queryFlows(seeded.database, questionOf({ naming, terms }), "packets").totals;
  };
  expect(totalsOf("pod", "billing/api-0")).toMatchObject({
    packets: 8,
    packetsAreLowerBound: true,
  });
  expect(totalsOf("pod", "shop/database-0")).toMatchObject({
    packets: 15,
    packetsAreLowerBound: false,
  });
  expect(totalsOf("network", "office").packetsAreLowerBound).toBe(false);
});
