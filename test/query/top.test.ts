import { describe, expect, test } from "vitest";
import { queryTop, type TopDimension } from "../../src/query/top.ts";
import { questionOf } from "./question-of.ts";
import { SeededDatabase } from "./seeded-database.ts";

const flows = [
  { src: "10.0.0.1", dst: "10.1.0.1", dstPort: 53, protocol: 17, packets: 5, minute: 10 },
  { src: "10.0.0.1", dst: "10.1.0.2", dstPort: 443, packets: 3, minute: 20, node: "worker-2" },
  { src: "10.0.0.2", dst: "10.1.0.2", dstPort: 443, packets: 3, minute: 30, in: "eth0" },
  { src: "fd00::1", dst: "fd00::2", dstPort: -1, protocol: 58, packets: 1, in: "eth1", node: "" },
  { src: "10.0.0.3", dst: "10.1.0.2", dstPort: 443, packets: 9, prefix: "[UFW ALLOW] " },
];

describe("queryTop()", () => {
  test.each<[TopDimension, string[]]>([
    ["src", ["10.0.0.1 8", "10.0.0.2 3", "fd00::1 1"]],
    ["dst", ["10.1.0.2 6", "10.1.0.1 5", "fd00::2 1"]],
    ["port", ["443 6", "53 5", "- 1"]],
    ["protocol", ["tcp 6", "udp 5", "icmpv6 1"]],
    ["direction", ["local 8", "ingress 4"]],
    ["prefix", ["calico-packet:  12"]],
    ["node", ["worker-1 8", "worker-2 3", "- 1"]],
  ])("by %s", (by, expected) => {
    using seeded = new SeededDatabase(...flows);
    const { top, totals } = queryTop(seeded.database, questionOf(), by);
    expect(top.map(({ key, packets }) => `${key} ${packets}`)).toEqual(expected);
    expect(totals).toMatchObject({ packets: 12, attempts: 4, flows: 4 });
  });

  test("adds up what belongs to a key, whatever it is grouped by", () => {
    using seeded = new SeededDatabase(...flows);
    const { top } = queryTop(seeded.database, questionOf(), "direction");
    expect(top[1]).toEqual({
      key: "ingress",
      packets: 4,
      attempts: 2,
      bytes: 120,
      flows: 2,
      firstSeen: "2026-11-22T00:30:00Z",
      lastSeen: "2026-11-22T10:00:00Z",
    });
  });

  test("breaks ties by the key, and limits rows after that", () => {
    using seeded = new SeededDatabase(
      ...["10.0.0.9", "10.0.0.10", "10.0.0.1"].map((src) => ({ src })),
    );
    const { top, totals } = queryTop(seeded.database, questionOf({ limit: 2 }), "src");
    expect(top.map(({ key }) => key)).toEqual(["10.0.0.1", "10.0.0.10"]);
    expect(totals.packets).toBe(3);
  });

  test("gives nothing of an empty database", () => {
    using seeded = new SeededDatabase();
    const { top, totals } = queryTop(seeded.database, questionOf(), "src");
    expect(top).toEqual([]);
    expect(totals).toMatchObject({ packets: 0, attempts: 0, flows: 0 });
  });
});
