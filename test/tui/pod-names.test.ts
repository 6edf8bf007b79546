import stringWidth from "string-width";
import { expect, test } from "vitest";
import { interfaceHash } from "../../src/identify/interface-hash.ts";
import { SeededDatabase } from "../query/seeded-database.ts";
import { KeyedState } from "./keyed-state.ts";

const replicas = ["storefront-web-5d8f7c9b4-x2x7z", "storefront-web-5d8f7c9b4-b9cdf"] as const;
const interfaceOf = (pod: string) => `cali${interfaceHash("shop", pod)}`;

function seededWithReplicas(): SeededDatabase {
  const seeded = new SeededDatabase();
  for (const [index, name] of replicas.entries()) {
    seeded.addPod("shop", name, `u${index}`, 500);
    const flow = { in: interfaceOf(name), out: interfaceOf(replicas[1 - index]!), minute: 900 };
    seeded.addLine(flow);
  }
  return seeded;
}

test.for([
  ["flows", 80, ["2"]],
  ["flows", 62, ["2"]],
  ["events", 80, ["3"]],
  ["rankings", 80, []],
] as const)("replicas are told apart in %s of %i columns, which fit", ([, columns, keys]) => {
  using seeded = seededWithReplicas();
  const { lines } = new KeyedState(seeded, { columns, rows: 24 }).press(...keys);
  const shown = lines.filter((line) => line.includes("shop/"));
  expect(shown.length).toBeGreaterThan(1);
  for (const end of [/…-?x2x7z /, /…-?b9cdf /]) expect(shown.join("\n")).toMatch(end);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
});
