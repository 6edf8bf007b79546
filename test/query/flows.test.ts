import { describe, expect, test } from "vitest";
import { type FlowSort, queryFlows } from "../../src/query/flows.ts";
import { questionOf } from "./question-of.ts";
import { type SeedCount, SeededDatabase } from "./seeded-database.ts";

// What Felix logs, with the hook of the rule: netfilter gives no OUT= before routing.
describe("direction and interfaces", () => {
  const pod = "cali7240507a6be";
  test.for<readonly [string, Partial<SeedCount>, string]>([
    ["a packet to a pod", { in: "eth0", out: pod }, "ingress host pod"],
    ["one to a pod from its node", { in: "", out: pod }, "ingress - pod"],
    ["one to a pod through a tunnel", { in: "vxlan.calico", out: pod }, "ingress tunnel pod"],
    ["a packet of a pod", { in: pod, out: "eth1" }, "egress pod host"],
    ["one of a pod to its node", { in: pod, out: "" }, "egress pod -"],
    ["one of a pod to another node", { in: pod, out: "tunl0" }, "egress pod tunnel"],
    ["one from pod to pod", { in: pod, out: "cali0258606045f" }, "local pod pod"],
    [
      "one to the public interface of the node",
      { in: "eth1", out: "", dst: "158.101.2.3" },
      "host-ingress public -",
    ],
    [
      "one to the private interface of the node",
      { in: "eth0", out: "", dst: "10.130.44.21" },
      "host-ingress private -",
    ],
    [
      "one to a node port, before DNAT",
      { in: "eth1", out: "", dst: "158.101.2.3", dstPort: 30_443 },
      "host-ingress public -",
    ],
    [
      "one of the node, by its public interface",
      { in: "", out: "eth1", src: "158.101.2.3" },
      "host-egress - public",
    ],
    [
      "one of the node, by its private interface",
      { in: "", out: "eth0", src: "10.130.44.21" },
      "host-egress - private",
    ],
    ["one that the node passes on", { in: "eth0", out: "eth1" }, "forward host host"],
    ["one to a container behind a bridge", { in: "eth0", out: "docker0" }, "forward host bridge"],
  ])("of %s", ([, count, expected]) => {
    using seeded = new SeededDatabase(count);
    const [flow] = queryFlows(seeded.database, questionOf(), "packets").flows;
    const { direction, inKind = "-", outKind = "-" } = flow!;
    expect(`${direction} ${inKind} ${outKind}`).toBe(expected);
  });
});

describe("queryFlows()", () => {
  test("says of a flow what was counted, and leaves out what it has not", () => {
    using seeded = new SeededDatabase(
      { minute: 600, packets: 6, attempts: 1, bytes: 360, tcpFlags: 1 << 7 },
      { minute: 601, packets: 1, attempts: 1, bytes: 60, tcpFlags: 1 << 4 },
      { src: "fd00::1", protocol: 58, dstPort: -1, icmpType: 1, icmpCode: 4, in: "", minute: 5 },
      { src: "192.0.2.1", protocol: -1, dstPort: -1, out: "", node: "", minute: 7 },
    );
    expect(queryFlows(seeded.database, questionOf(), "packets")).toEqual({
      window: {},
      totals: {
        packets: 9,
        attempts: 4,
        flows: 3,
        packetsAreLowerBound: false,
        attemptsAreUpperBound: false,
      },
      flows: [
        {
          src: "10.244.17.12",
          dst: "10.244.17.13",
          protocol: "tcp",
          dstPort: 5432,
          direction: "local",
          in: "cali7240507a6be",
          out: "cali0258606045f",
          prefix: "calico-packet: ",
          node: "worker-1",
          portName: "postgresql",
          inKind: "pod",
          outKind: "pod",
          packets: 7,
          attempts: 2,
          bytes: 420,
          firstSeen: "2026-11-22T10:00:00Z",
          lastSeen: "2026-11-22T10:01:00Z",
          tcpFlags: ["ACK", "SYN"],
          source: { class: "private" },
          destination: { class: "private" },
        },
        {
          src: "192.0.2.1",
          dst: "10.244.17.13",
          direction: "egress",
          in: "cali7240507a6be",
          inKind: "pod",
          prefix: "calico-packet: ",
          packets: 1,
          attempts: 1,
          bytes: 60,
          firstSeen: "2026-11-22T00:07:00Z",
          lastSeen: "2026-11-22T00:07:00Z",
          source: { class: "documentation" },
          destination: { class: "private" },
        },
        {
          src: "fd00::1",
          dst: "10.244.17.13",
          protocol: "icmpv6",
          icmpType: 1,
          icmpCode: 4,
          icmpName: "destination-unreachable",
          direction: "ingress",
          out: "cali0258606045f",
          outKind: "pod",
          prefix: "calico-packet: ",
          node: "worker-1",
          packets: 1,
          attempts: 1,
          bytes: 60,
          firstSeen: "2026-11-22T00:05:00Z",
          lastSeen: "2026-11-22T00:05:00Z",
          source: { class: "private" },
          destination: { class: "private" },
        },
      ],
    });
  });

  test.each<[FlowSort, string[]]>([
    ["packets", ["10.0.0.1", "10.0.0.2", "10.0.0.3"]],
    ["attempts", ["10.0.0.3", "10.0.0.1", "10.0.0.2"]],
    ["bytes", ["10.0.0.2", "10.0.0.1", "10.0.0.3"]],
    ["firstSeen", ["10.0.0.2", "10.0.0.3", "10.0.0.1"]],
    ["lastSeen", ["10.0.0.1", "10.0.0.3", "10.0.0.2"]],
  ])("sorts by %s", (sort, expected) => {
    using seeded = new SeededDatabase(
      { src: "10.0.0.3", packets: 1, attempts: 9, bytes: 10, minute: 20 },
      { src: "10.0.0.1", packets: 3, attempts: 2, bytes: 20, minute: 30 },
      { src: "10.0.0.2", packets: 2, attempts: 1, bytes: 30, minute: 10 },
    );
    const { flows } = queryFlows(seeded.database, questionOf(), sort);
    expect(flows.map(({ src }) => src)).toEqual(expected);
  });

  test("breaks ties by addresses, then ports", () => {
    using seeded = new SeededDatabase(
      { src: "2001:db8::1", dstPort: 1 },
      { src: "10.0.0.10", dstPort: 2 },
      { src: "10.0.0.9", dstPort: 80 },
      { src: "10.0.0.9", dstPort: 22 },
    );
    const { flows } = queryFlows(seeded.database, questionOf(), "packets");
    expect(flows.map(({ src, dstPort }) => `${src} ${dstPort}`)).toEqual([
      "10.0.0.9 22",
      "10.0.0.9 80",
      "10.0.0.10 2",
      "2001:db8::1 1",
    ]);
  });

  test("limits the rows and not the totals", () => {
    using seeded = new SeededDatabase({ src: "10.0.0.1", packets: 5 }, { src: "10.0.0.2" });
    const answer = queryFlows(seeded.database, questionOf({ limit: 1 }), "packets");
    expect(answer.flows.map(({ src }) => src)).toEqual(["10.0.0.1"]);
    expect(answer.totals).toMatchObject({ packets: 6, attempts: 2, flows: 2 });
  });

  test("counts what lies in the window only", () => {
    using seeded = new SeededDatabase({ minute: 600 }, { minute: 601 }, { minute: 700 });
    const asked = { since: "2026-11-22T10:01:00Z", until: "2026-11-22T11:00:00Z" };
    const { totals, flows } = queryFlows(seeded.database, questionOf(asked), "packets");
    expect(totals).toMatchObject({ packets: 1, flows: 1 });
    expect(flows[0]).toMatchObject({ packets: 1, firstSeen: "2026-11-22T10:01:00Z" });
  });

  test("says when totals are only bounds", () => {
    using seeded = new SeededDatabase({ minute: 600 });
    const { database } = seeded;
    const totalsOf = (since: string) =>
      queryFlows(database, questionOf({ since }), "packets").totals;
    const minute = Date.parse("2026-11-22T10:00:00Z") / 60_000;
    database.prepare("INSERT INTO upper_bound_minutes VALUES (?)").run(minute);
    expect(totalsOf("2026-11-22T10:00:00Z").attemptsAreUpperBound).toBe(true);
    expect(totalsOf("2026-11-22T10:01:00Z").attemptsAreUpperBound).toBe(false);
  });

  test.each<[string, number | null, number | null, boolean]>([
    ["at no known time", null, null, true],
    ["within", 601, 602, true],
    ["from before on", 500, 600, true],
    ["until some time", null, 605, true],
    ["before", 500, 599, false],
    ["after", 660, 700, false],
    ["since some time after", 660, null, false],
  ])("packets of a window are a lower bound when lines are missing %s", (_, from, to, expected) => {
    using seeded = new SeededDatabase({ minute: 600 });
    const { database } = seeded;
    const micros = (minute: number | null) =>
      minute === null ? null : Date.parse("2026-11-22T00:00:00Z") * 1000 + minute * 60_000_000;
    database.exec(`
      INSERT INTO sources VALUES (1, 'file', 'log', 0, 0, 0, '', 0, '', 0, '', '', 0, 0, 0, 0, 1)`);
    database
      .prepare(
        `INSERT INTO losses (source, reason, byte_offset, from_time, to_time, seen_at, detail,
           content_hash)
         VALUES (1, 'truncated', 0, ?, ?, 0, '', '')`,
      )
      .run(micros(from), micros(to));
    const question = questionOf({ since: "2026-11-22T10:00:00Z", until: "2026-11-22T11:00:00Z" });
    const { totals } = queryFlows(database, question, "packets");
    expect(totals.packetsAreLowerBound).toBe(expected);
    expect(queryFlows(database, questionOf(), "packets").totals.packetsAreLowerBound).toBe(true);
  });

  test("is empty in an empty database", () => {
    using seeded = new SeededDatabase();
    expect(queryFlows(seeded.database, questionOf(), "packets")).toEqual({
      window: {},
      totals: {
        packets: 0,
        attempts: 0,
        flows: 0,
        packetsAreLowerBound: false,
        attemptsAreUpperBound: false,
      },
      flows: [],
    });
  });
});
