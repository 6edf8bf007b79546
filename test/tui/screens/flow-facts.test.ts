import { describe, expect, test } from "vitest";
import { interfaceHash } from "../../../src/identify/interface-hash.ts";
import { SeededDatabase } from "../../query/seeded-database.ts";
import { KeyedState } from "../keyed-state.ts";

const pods = ["web-0", "web-1"] as const;
const interfaceOf = (pod: string) => `cali${interfaceHash("shop", pod)}`;

describe("a line from before routing", () => {
  const dst = "10.244.17.50";
  test.for<readonly [string, (seeded: SeededDatabase) => void, boolean]>([
    ["is to the node or a port of it", () => undefined, true],
    [
      "is not said to be so where it was for a pod",
      (seeded) => seeded.addLease(dst, interfaceOf(pods[0]), 500, 1000),
      false,
    ],
    [
      "is not said to be so where it may have been for one",
      (seeded) => {
        seeded.addLease(dst, interfaceOf(pods[0]), 500, 1000);
        seeded.addLease(dst, interfaceOf(pods[1]), 500, 1000);
      },
      false,
    ],
  ])("%s", ([, prepare, isNodes]) => {
    using seeded = new SeededDatabase({ in: "eth0", out: "", dst, minute: 900 });
    for (const [index, name] of pods.entries()) seeded.addPod("shop", name, `u${index}`, 1);
    prepare(seeded);
    const { text } = new KeyedState(seeded, { columns: 120, rows: 40 }).press("2", "enter");
    expect(text).toContain(isNodes ? "to the node itself, or to a node port" : "not routed yet");
    expect(text.includes("to the node itself")).toBe(isNodes);
  });
});
