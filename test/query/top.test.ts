import { describe, expect, test } from "vitest";
import { readPodDirectory } from "../../src/identify/pod-directory.ts";
import { queryTop, type TopDimension, type TopSort } from "../../src/query/top.ts";
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

  test("by several dimensions, has a row for each pair", () => {
    using seeded = new SeededDatabase(...flows);
    const answer = queryTop(seeded.database, questionOf(), ["dst", "port"]);
    expect(answer).toMatchObject({ by: "dst,port", keys: 3 });
    expect(answer.top.map(({ key, group, packets }) => [key, group, packets])).toEqual([
      ["10.1.0.2,443", { dst: "10.1.0.2", port: "443" }, 6],
      ["10.1.0.1,53", { dst: "10.1.0.1", port: "53" }, 5],
      ["fd00::2,-", { dst: "fd00::2", port: "-" }, 1],
    ]);
    expect(answer.totals).toMatchObject({ packets: 12, attempts: 4, flows: 4 });
  });

  test("by several dimensions, counts a flow for each pod of it", () => {
    using seeded = new SeededDatabase();
    seeded.addPod("shop", "web-0", "u1", 0);
    seeded.addPod("shop", "database-0", "u2", 0);
    const interfaceOf = (pod: string) => `cali${readPodDirectory(`shop_${pod}_u`)!.hash}`;
    seeded.add({ in: interfaceOf("web-0"), out: interfaceOf("database-0"), packets: 4 });
    const { top, totals } = queryTop(seeded.database, questionOf(), ["pod", "protocol"]);
    expect(top.map(({ key, packets }) => `${key} ${packets}`)).toEqual([
      "shop/database-0,tcp 4",
      "shop/web-0,tcp 4",
    ]);
    expect(totals.packets).toBe(4);
  });

  test.for<readonly [TopSort, readonly string[]]>([
    ["packets", ["10.1.0.2", "10.1.0.1", "fd00::2"]],
    ["flows", ["10.1.0.2", "10.1.0.1", "fd00::2"]],
    ["firstSeen", ["10.1.0.1", "10.1.0.2", "fd00::2"]],
    ["lastSeen", ["fd00::2", "10.1.0.2", "10.1.0.1"]],
    ["key", ["10.1.0.1", "10.1.0.2", "fd00::2"]],
  ])("sorts by %s", ([sort, expected]) => {
    using seeded = new SeededDatabase(...flows);
    const { top } = queryTop(seeded.database, questionOf(), "dst", sort);
    expect(top.map(({ key }) => key)).toEqual(expected);
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
