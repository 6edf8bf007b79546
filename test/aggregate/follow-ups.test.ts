import { describe, expect, test } from "vitest";
import { LineRecord } from "../../parsers/line-record.ts";
import { readInnerPacket } from "../../parsers/inner-packet.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { Aggregator, type AggregatorSettings } from "../../src/aggregate/aggregator.ts";
import { FollowUpCounts } from "../../src/aggregate/follow-up-counts.ts";
import { LineCounter } from "../../src/aggregate/line-counter.ts";
import { answeredBy } from "../../src/aggregate/original-packet.ts";
import type { FollowUpRows } from "../../src/model/counted-batch.ts";
import { FOLLOW_UP_COLUMNS } from "../../src/model/follow-up-row.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { followUp, logged, udp, unreachable } from "../end-to-end/follow-up-lines.ts";

const MINUTE = 60_000_000;
const settings: AggregatorSettings = {
  deniedPrefixes: deniedPrefixDefaults,
  prefixTemplate: "calico-packet %t %k %n",
};

function rowsOf({ count, values }: FollowUpRows): readonly (readonly number[])[] {
  return Array.from({ length: count }, (_, row) => [
    ...values.subarray(row * FOLLOW_UP_COLUMNS, (row + 1) * FOLLOW_UP_COLUMNS),
  ]);
}

/** Reads lines by the grammar and counts them, all at the same time. */
function counted(lines: readonly string[]) {
  const tables = new LineCounter();
  const aggregator = new Aggregator(settings, tables);
  const record = new LineRecord();
  const inner = new LineRecord();
  const all = lines.map((line) => {
    const bytes = Buffer.from(line.trimEnd());
    expect(netfilterParser.parse(bytes, 0, bytes.length, record)).toBe("log");
    const one = aggregator.add(bytes, 0, bytes.length, record, 5 * MINUTE);
    const hasInner = readInnerPacket(record, inner);
    aggregator.addFollowUp(bytes, record, hasInner ? inner : undefined, one, 5 * MINUTE);
    return one;
  });
  return { lines: all, batch: aggregator.take() };
}

const flowWords = ({ batch }: ReturnType<typeof counted>, flow: number) =>
  [...batch.flows.words.subarray(flow * 20, flow * 20 + 20)].join(" ");

describe("Aggregator.addFollowUp() finds the flow of the packet that was answered", () => {
  const v6 = {
    src: "2001:0db8:0000:0000:0000:0000:0000:0001",
    dst: "2001:0db8:0000:0000:0000:0000:0000:0002",
  };
  const echo = (type: number) => `PROTO=ICMP TYPE=${type} CODE=0 ID=7 SEQ=1 `;
  const echo6 = (type: number) => `PROTO=ICMPv6 TYPE=${type} CODE=0 ID=7 SEQ=1 `;
  test.each<[string, denial: object, answer: string, column: number]>([
    ["a SYN-ACK", {}, followUp("calico-packet-est: ", {}), 2],
    ["a SYN-ACK of IPv6", v6, followUp("calico-response-est: ", v6), 2],
    ["a RST", { dstPort: 80 }, followUp("calico-packet-rst: ", { dstPort: 80 }, "ACK RST"), 3],
    ["a reply to the host itself", { out: "" }, followUp("calico-packet-est: ", { out: "" }), 2],
    [
      "an echo reply",
      { transport: echo(8) },
      followUp("calico-packet-est: ", { transport: echo(0) }),
      2,
    ],
    [
      "an echo reply of IPv6",
      { ...v6, transport: echo6(128) },
      followUp("calico-packet-est: ", { ...v6, transport: echo6(129) }),
      2,
    ],
    [
      "an ICMP error",
      { transport: udp(53) },
      followUp("calico-packet-icmp-err: ", { transport: unreachable({}) }),
      4,
    ],
    [
      "an ICMP error by a router on the way",
      { transport: udp(53) },
      followUp("calico-packet-icmp-err: ", { dst: "10.9.9.9", transport: unreachable({}) }),
      4,
    ],
    [
      "an ICMP error of IPv6",
      { ...v6, transport: udp(53) },
      followUp("calico-response-icmp-err: ", { ...v6, transport: unreachable(v6) }),
      4,
    ],
  ])("%s", (_, denial, answer, column) => {
    const got = counted([answer]);
    const wanted = counted([logged({ prefix: "calico-packet: ", ...denial })]);
    expect(got.lines[0]).toMatchObject({ isDenial: false, followUp: expect.any(String) });
    expect(got.batch).toMatchObject({ prefixTally: [], minutes: { count: 0 } });
    expect(got.batch.prefixes.at(-1)).toBe("calico-packet: ");
    const withoutOrigin = (words: string) => words.split(" ").toSpliced(5, 1);
    expect(withoutOrigin(flowWords(got, 0))).toEqual(withoutOrigin(flowWords(wanted, 0)));
    const row = [5, 0, 0, 0, 0, 5 * MINUTE, 5 * MINUTE];
    row[column] = 1;
    expect(rowsOf(got.batch.followUps)).toEqual([row]);
  });

  test("counts no ICMP error of which the packet is missing", () => {
    const transport = "PROTO=ICMP TYPE=3 CODE=3 ";
    const { lines, batch } = counted([followUp("calico-packet-icmp-err: ", { transport })]);
    expect(lines[0]).toMatchObject({ isDenial: false, followUp: "icmpError" });
    expect(batch.followUps.count).toBe(0);
    expect(batch.flows.count).toBe(0);
  });

  test("a policy called foo-est is a denial", () => {
    const { lines, batch } = counted([logged({ prefix: "calico-packet t np foo-est: " })]);
    expect(lines[0]).toMatchObject({ isDenial: true });
    expect(batch.followUps.count).toBe(0);
  });

  test("neither denials nor follow-ups are lost in a flood of prefixes", () => {
    const flood = Array.from({ length: 4200 }, (_, index) => logged({ prefix: `x${index}: ` }));
    const { lines, batch } = counted([
      ...flood,
      logged({ prefix: "calico-packet t np a: " }),
      followUp("calico-packet-est: ", {}),
      followUp("calico-packet-est: ", {}),
      logged({ prefix: "x-is-not-denied: " }),
    ]);
    expect(lines.slice(-4)).toEqual([
      expect.objectContaining({ isDenial: true }),
      expect.objectContaining({ isDenial: false, followUp: "established" }),
      expect.objectContaining({ isDenial: false, followUp: "established" }),
      expect.objectContaining({ isDenial: false }),
    ]);
    expect(batch.prefixes.length).toBeLessThan(4105);
    expect(new Set(batch.prefixes).size).toBe(batch.prefixes.length);
    expect(rowsOf(batch.followUps)).toEqual([expect.arrayContaining([2])]);
  });
});

describe("answeredBy()", () => {
  const packet = {
    family: 6,
    src0: 1,
    src1: 2,
    src2: 3,
    src3: 4,
    dst0: 5,
    dst1: 6,
    dst2: 7,
    dst3: 8,
    protocol: 6,
    srcPort: 9,
    dstPort: 10,
    icmpType: -1,
    icmpCode: -1,
  };
  test("turns addresses and ports around, and around again", () => {
    expect(answeredBy(packet)).toMatchObject({ src3: 8, dst0: 1, srcPort: 10, dstPort: 9 });
    expect(answeredBy(answeredBy(packet))).toEqual(packet);
  });

  test.each([
    [1, 0, 8],
    [1, 14, 13],
    [1, 16, 15],
    [1, 18, 17],
    [1, 3, 3],
    [58, 129, 128],
    [58, 0, 0],
    [6, -1, -1],
  ])("takes ICMP of protocol %i and type %i for an answer to type %i", (protocol, type, asked) => {
    expect(answeredBy({ ...packet, protocol, icmpType: type }).icmpType).toBe(asked);
  });
});

describe("FollowUpCounts", () => {
  test("adds up by flow and minute, until they are taken", () => {
    const counts = new FollowUpCounts();
    counts.add("established", 3, 10 * MINUTE + 5, 1);
    counts.add("reset", 3, 10 * MINUTE + 2, 1);
    counts.add("icmpError", 3, 10 * MINUTE + 9, 4);
    counts.add("established", 3, 11 * MINUTE, 1);
    counts.add("established", 4, 10 * MINUTE, 1);
    expect(rowsOf(counts.take())).toEqual([
      [10, 3, 1, 1, 4, 10 * MINUTE + 2, 10 * MINUTE + 9],
      [11, 3, 1, 0, 0, 11 * MINUTE, 11 * MINUTE],
      [10, 4, 1, 0, 0, 10 * MINUTE, 10 * MINUTE],
    ]);
    expect(counts.take().count).toBe(0);
  });
});
