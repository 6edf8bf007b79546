import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { Aggregator, type AggregatorSettings } from "../../src/aggregate/aggregator.ts";
import { LineCounter } from "../../src/aggregate/line-counter.ts";
import type { CountedLines } from "../../src/aggregate/recent-denials.ts";
import { formatAddress } from "../../src/model/address.ts";
import type { OpenedAttempts } from "../../src/model/counted-batch.ts";
import { deniedPrefixDefaults, verdictOf } from "../../src/model/verdict.ts";
import { CountedFlows, type FlowCounts } from "./counted-flows.ts";
import { SECOND } from "./facts.ts";
import { runs } from "../long-run.ts";

const START = Date.parse("2026-11-22T14:00:00Z") * 1000;
const settings: AggregatorSettings = { deniedPrefixes: deniedPrefixDefaults };

function newAggregator(more: Partial<AggregatorSettings> = {}): Aggregator {
  return new Aggregator({ ...settings, ...more }, new LineCounter());
}

const ignore = () => undefined;

function countedLines(bytes: Buffer): CountedLines {
  return { bytes, readAgain: undefined };
}

/** A LOG line in the words of a test. */
type Line = {
  readonly node: string;
  readonly prefix: string;
  readonly inName: string;
  readonly outName: string;
  readonly isIpv6: boolean;
  readonly src: number;
  readonly dst: number;
  readonly transport: "tcp" | "udp" | "icmp" | "gre";
  readonly srcPort: number;
  readonly dstPort: number;
  readonly flag: "SYN" | "ACK";
  readonly length: number;
  readonly repeated: number;
};

function addressOf({ isIpv6 }: Line, number: number): string {
  const hex = number.toString(16).padStart(4, "0");
  return isIpv6 ? `fd00:0000:0000:000${number}:0000:0000:0000:${hex}` : `10.0.0.${number}`;
}

function textOf(line: Line): string {
  const addresses = `SRC=${addressOf(line, line.src)} DST=${addressOf(line, line.dst)}`;
  const header = line.isIpv6
    ? `LEN=${line.length} TC=0 HOPLIMIT=64 FLOWLBL=0`
    : `LEN=${line.length} TOS=0x00 PREC=0x00 TTL=64 ID=7 DF`;
  const ports = `SPT=${line.srcPort} DPT=${line.dstPort}`;
  const transports = {
    tcp: `PROTO=TCP ${ports} WINDOW=64240 RES=0x00 ${line.flag} URGP=0 `,
    udp: `PROTO=UDP ${ports} LEN=40 `,
    icmp: `PROTO=${line.isIpv6 ? "ICMPv6" : "ICMP"} TYPE=8 CODE=0 ID=1 SEQ=1 `,
    gre: "PROTO=47 ",
  };
  const body = `${addresses} ${header} ${transports[line.transport]}`;
  const message = `${line.prefix}IN=${line.inName} OUT=${line.outName} ${body}`;
  const framed =
    line.repeated === 1 ? message : `message repeated ${line.repeated} times: [ ${message}]`;
  return `2026-11-22T14:00:00.000000+00:00 ${line.node} kernel: ${framed}`;
}

/** Reads lines as the pipeline does: one record and one buffer, used again and again. */
class Counting {
  readonly flows = new CountedFlows();
  readonly record = new LineRecord();
  readonly buffer = Buffer.alloc(1024);
  #aggregator = newAggregator();
  #opened: OpenedAttempts[] = [];

  add(line: Line, time: number): boolean {
    const { buffer, record } = this;
    const end = buffer.write(textOf(line));
    expect(netfilterParser.parse(buffer, 0, end, record)).toBe("log");
    return this.#aggregator.add(buffer, 0, end, record, time).isDenial;
  }

  endBatch(): void {
    this.#aggregator.endBatch(countedLines(this.buffer), ignore);
    this.flows.take(this.#aggregator.take());
  }

  /** A new process goes on with what the last one committed. */
  endProcess(): void {
    this.endBatch();
    this.#opened.push(this.#aggregator.endTransaction().opened);
    this.#aggregator = newAggregator();
    this.#aggregator.load(this.#opened);
  }
}

/** The same by the book: maps of text. */
class ExpectedCounts {
  readonly flows = new Map<string, FlowCounts>();
  readonly #connections = new Map<string, number>();

  add(line: Line, time: number): void {
    const isTcp = line.transport === "tcp";
    const hasPorts = isTcp || line.transport === "udp";
    const minute = Math.floor(time / (60 * SECOND));
    const text = (number: number) => {
      const words: [number, number, number, number] = line.isIpv6
        ? [-50_331_648, number, 0, number]
        : [0, 0, 0, 0x0a000000 + number];
      return formatAddress(line.isIpv6 ? 6 : 4, ...words);
    };
    const protocol = { tcp: 6, udp: 17, icmp: line.isIpv6 ? 58 : 1, gre: 47 }[line.transport];
    const key = JSON.stringify({
      minute,
      src: text(line.src),
      dst: text(line.dst),
      protocol,
      dstPort: hasPorts ? line.dstPort : -1,
      icmpType: line.transport === "icmp" ? 8 : -1,
      icmpCode: line.transport === "icmp" ? 0 : -1,
      in: line.inName,
      out: line.outName,
      prefix: line.prefix,
      node: line.node,
    });
    const connection = `${text(line.src)} ${text(line.dst)} ${line.srcPort} ${line.dstPort}`;
    const first = isTcp ? this.#connections.get(connection) : undefined;
    const isKnown = first !== undefined && Math.abs(time - first) <= 130 * SECOND;
    if (isTcp && !isKnown) this.#connections.set(connection, time);
    const before = this.flows.get(key);
    const flag = isTcp ? (line.flag === "SYN" ? 1 << 7 : 1 << 4) : 0;
    this.flows.set(key, {
      packets: (before?.packets ?? 0) + line.repeated,
      attempts: (before?.attempts ?? 0) + (isTcp ? (isKnown ? 0 : 1) : line.repeated),
      bytes: (before?.bytes ?? 0) + line.length * line.repeated,
      tcpFlags: (before?.tcpFlags ?? 0) | flag,
      firstSeen: Math.min(before?.firstSeen ?? time, time),
      lastSeen: Math.max(before?.lastSeen ?? time, time),
    });
  }
}

const lines: fc.Arbitrary<Line> = fc.record({
  node: fc.constantFrom("worker-1", "worker-1", "worker-2"),
  prefix: fc.constantFrom("calico-packet: ", "calico-packet: ", "[UFW ALLOW] ", "[UFW] "),
  inName: fc.constantFrom("", "eth0", "cali0258606045f", "cali0258606045e"),
  outName: fc.constantFrom("", "eth0", "cali7240507a6be"),
  isIpv6: fc.boolean(),
  src: fc.integer({ min: 1, max: 3 }),
  dst: fc.integer({ min: 1, max: 2 }),
  transport: fc.constantFrom("tcp", "tcp", "udp", "icmp", "gre"),
  srcPort: fc.constantFrom(40_000, 40_001, 65_535),
  dstPort: fc.constantFrom(0, 53, 65_535),
  flag: fc.constantFrom("SYN", "ACK"),
  length: fc.integer({ min: 20, max: 1500 }),
  repeated: fc.constantFrom(1, 1, 1, 1, 3),
});

const syn: Line = {
  node: "worker-1",
  prefix: "calico-packet: ",
  inName: "cali7240507a6be",
  outName: "cali0258606045f",
  isIpv6: false,
  src: 1,
  dst: 2,
  transport: "tcp",
  srcPort: 40_000,
  dstPort: 5432,
  flag: "SYN",
  length: 60,
  repeated: 1,
};

describe("Aggregator", () => {
  test("counts what a naive program counts, however batches and processes are cut", () => {
    const step = fc.record({
      line: lines,
      seconds: fc.oneof(fc.integer({ min: -30, max: 30 }), fc.integer({ min: 0, max: 200 })),
      ends: fc.constantFrom("no", "no", "no", "batch", "process"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const counting = new Counting();
        const expected = new ExpectedCounts();
        let time = START;
        for (const { line, seconds, ends } of steps) {
          time += seconds * SECOND;
          counting.add(line, time);
          expected.add(line, time);
          if (ends === "batch") counting.endBatch();
          if (ends === "process") counting.endProcess();
        }
        counting.endBatch();
        expect(counting.flows.counts).toEqual(expected.flows);
      }),
      { numRuns: runs(500) },
    );
  });

  test.each([
    ["calico-packet: ", true],
    ["calico-packet-est: ", false],
    ["[UFW BLOCK] ", false],
  ])("says whether a line is a denial: %j", (prefix, isDenial) => {
    expect(new Counting().add({ ...syn, prefix }, START)).toBe(isDenial);
    expect(verdictOf(prefix, deniedPrefixDefaults) === "denied").toBe(isDenial);
  });

  test("tallies LOG lines by prefix, packets by their repeat counts, batch by batch", () => {
    const counting = new Counting();
    for (const repeated of [1, 3]) counting.add({ ...syn, repeated }, START);
    counting.add({ ...syn, prefix: "[UFW] " }, START);
    counting.endBatch();
    counting.add({ ...syn, prefix: "[UFW] " }, START);
    counting.endBatch();
    expect(counting.flows.prefixTallies).toEqual([
      [
        { prefix: "calico-packet: ", lines: 2, packets: 4 },
        { prefix: "[UFW] ", lines: 1, packets: 1 },
      ],
      [{ prefix: "[UFW] ", lines: 1, packets: 1 }],
    ]);
  });

  test("describes each flow, node and prefix in the first batch that uses it", () => {
    const aggregator = newAggregator();
    const bytes = Buffer.from(textOf(syn));
    const record = new LineRecord();
    netfilterParser.parse(bytes, 0, bytes.length, record);
    aggregator.add(bytes, 0, bytes.length, record, START);
    const first = aggregator.take();
    aggregator.add(bytes, 0, bytes.length, record, START);
    const second = aggregator.take();
    const described = ({ startsSession, nodes, prefixes, flows }: typeof first) => ({
      startsSession,
      nodes,
      prefixes,
      flows: flows.count,
    });
    expect([first, second].map(described)).toEqual([
      { startsSession: true, nodes: ["worker-1"], prefixes: ["calico-packet: "], flows: 1 },
      { startsSession: false, nodes: [], prefixes: [], flows: 0 },
    ]);
  });

  test("keeps the raw lines of denials only, and where they lie", () => {
    const aggregator = newAggregator();
    const texts = [syn, { ...syn, prefix: "[UFW] " }, { ...syn, dst: 3 }].map(textOf);
    const bytes = Buffer.from(texts.join("\n"));
    const record = new LineRecord();
    let start = 0;
    for (const text of texts) {
      const end = start + text.length;
      netfilterParser.parse(bytes, start, end, record);
      aggregator.add(bytes, start, end, record, START + start);
      start = end + 1;
    }
    aggregator.endBatch(countedLines(bytes), ignore);
    const recent = aggregator.endTransaction().recent[0]!;
    const text = Buffer.from(recent.bytes);
    const kept = Array.from({ length: recent.count }, (_, row) =>
      text.toString("utf8", recent.start[row], recent.end[row]),
    );
    expect(kept).toEqual([texts[0], texts[2]]);
    expect([...recent.flow]).toEqual([0, 2]);
  });

  test("hands the recent denials over when a transaction ends, not before", () => {
    const aggregator = newAggregator();
    const record = new LineRecord();
    const released: number[] = [];
    const batch = (index: number) => {
      const bytes = Buffer.from(textOf({ ...syn, dst: index }));
      netfilterParser.parse(bytes, 0, bytes.length, record);
      aggregator.add(bytes, 0, bytes.length, record, START);
      aggregator.endBatch(countedLines(bytes), () => released.push(index));
    };
    batch(1);
    aggregator.take(true);
    batch(2);
    expect(released).toEqual([]);
    const { recent } = aggregator.endTransaction();
    expect(recent.map(({ session, flow }) => [session, ...flow])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(released).toEqual([1, 2]);
    expect(aggregator.endTransaction().recent).toEqual([]);
  });

  test("begins a new session when it has too many flows", () => {
    const FLOWS_MAX = 1_048_576;
    const aggregator = newAggregator();
    const bytes = Buffer.from(textOf(syn));
    const record = new LineRecord();
    netfilterParser.parse(bytes, 0, bytes.length, record);
    const addFlows = (count: number) => {
      for (let flow = 0; flow < count; flow++) {
        record.src3++;
        aggregator.add(bytes, 0, bytes.length, record, START);
      }
      aggregator.endBatch(countedLines(bytes), ignore);
      const { session, startsSession, nodes, flows } = aggregator.take();
      return { session, startsSession, nodes, flows: flows.count };
    };
    expect([addFlows(FLOWS_MAX), addFlows(1), addFlows(2), addFlows(1)]).toEqual([
      { session: 1, startsSession: true, nodes: ["worker-1"], flows: FLOWS_MAX },
      { session: 1, startsSession: false, nodes: [], flows: 1 },
      { session: 2, startsSession: true, nodes: ["worker-1"], flows: 2 },
      { session: 2, startsSession: false, nodes: [], flows: 1 },
    ]);
  });

  test("takes the node of the settings for all lines", () => {
    const aggregator = newAggregator({ node: "node-of-settings" });
    const record = new LineRecord();
    for (const node of ["worker-1", "worker-2"]) {
      const bytes = Buffer.from(textOf({ ...syn, node }));
      netfilterParser.parse(bytes, 0, bytes.length, record);
      aggregator.add(bytes, 0, bytes.length, record, START);
    }
    const { nodes, flows } = aggregator.take();
    expect([nodes, flows.count]).toEqual([["node-of-settings"], 1]);
  });

  test("counts no bytes of a length that is not known", () => {
    const counting = new Counting();
    const bytes = Buffer.from(textOf(syn));
    const record = new LineRecord();
    netfilterParser.parse(bytes, 0, bytes.length, record);
    record.length = -1;
    record.tcpFlags = -1;
    const aggregator = newAggregator();
    aggregator.add(bytes, 0, bytes.length, record, START);
    counting.flows.take(aggregator.take());
    const [counts] = [...counting.flows.counts.values()];
    expect(counts).toMatchObject({ packets: 1, bytes: 0, tcpFlags: 0 });
  });

  test("folds the nodes and prefixes of a flood of names", () => {
    const counting = new Counting();
    for (let index = 0; index < 5000; index++) {
      const isDenial = counting.add(
        { ...syn, node: `n${index}`, prefix: `calico-packet-${index}: ` },
        START,
      );
      // Detail folds, totals stay: a denial is one whatever its prefix is called then.
      expect(isDenial).toBe(true);
    }
    counting.endBatch();
    const { nodes, prefixes, counts } = counting.flows;
    expect([nodes.length, nodes.at(-1)]).toEqual([1001, "(other)"]);
    // A name that still says what it is: the store judges it like any other prefix.
    expect([prefixes.length, prefixes.at(-1)]).toEqual([4098, "calico-packet(other)"]);
    const packets = [...counts.values()].reduce((sum, { packets: each }) => sum + each, 0);
    expect(packets).toBe(5000);
  });
});
