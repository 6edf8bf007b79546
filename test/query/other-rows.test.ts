import { describe, expect, test } from "vitest";
import { finishHash } from "../../src/model/key-hash.ts";
import { SourceSketch } from "../../src/model/source-sketch.ts";
import { parseTerm, type Term, type TermName } from "../../src/model/filter-term.ts";
import { queryFlows } from "../../src/query/flows.ts";
import { queryStatus } from "../../src/query/status.ts";
import { queryTop, type TopDimension } from "../../src/query/top.ts";
import { questionOf } from "./question-of.ts";
import { SeededDatabase } from "./seeded-database.ts";

const OWN = 1;
const OF_DESTINATION = 10;
const OF_ALL = 100;

/** A flow with 1 packet, a row of its destination with 10, and one of all destinations with 100. */
function folded(): SeededDatabase {
  const seeded = new SeededDatabase(
    { src: "10.0.0.1", dst: "10.0.0.2", dstPort: 80, packets: OWN },
    { src: "0.0.0.1", dst: "10.0.0.2", dstPort: 80, packets: OF_DESTINATION },
    { src: "0.0.0.2", packets: OF_ALL },
  );
  const none = "src = x'', in_interface = '', out_interface = ''";
  seeded.database.exec(`
    UPDATE flows SET kind = 1, ${none} WHERE hex(src) = '0400000001';
    UPDATE flows SET kind = 2, ${none}, dst = x'', dst_port = -1, protocol = -1
      WHERE hex(src) = '0400000002';
    CREATE INDEX other_flows ON flows (dst, dst_port, protocol) WHERE kind > 0`);
  const update = seeded.database.prepare(
    `UPDATE flow_days SET sources = ? WHERE flow = (SELECT id FROM flows WHERE kind = ?)`,
  );
  update.run(sketchOf(7), 1);
  update.run(sketchOf(90_000), 2);
  return seeded;
}

function sketchOf(sources: number): Uint8Array {
  const sketch = new SourceSketch();
  for (let source = 1; source <= sources; source++) sketch.add(finishHash(source));
  return sketch.bytes();
}

const is = (name: TermName, text: string) => parseTerm(name, text, false);
const isNot = (name: TermName, text: string) => parseTerm(name, text, true);

describe("other rows", () => {
  test("stand among flows, without what they do not know, with their sources", () => {
    using seeded = folded();
    const { flows, totals } = queryFlows(seeded.database, questionOf(), "packets");

    expect(totals).toMatchObject({ packets: 111, packetsAreLowerBound: false });
    const [all, destination] = flows;
    expect(all).toMatchObject({ other: true, sourcesError: 0.046, packets: OF_ALL });
    expect(Math.abs(all!.sources! / 90_000 - 1)).toBeLessThan(0.07);
    expect(all).not.toHaveProperty("dst");
    expect(all).not.toHaveProperty("protocol");
    expect(destination).toMatchObject({ other: true, sources: 7, dst: "10.0.0.2", dstPort: 80 });
    for (const missing of ["src", "direction", "in", "out", "sourcesError"]) {
      expect(destination).not.toHaveProperty(missing);
    }
  });

  test.each<[string, Term, number, boolean]>([
    ["--from-ip", is("from-ip", "10.0.0.0/8"), OWN, true],
    ["--not --from-ip", isNot("from-ip", "10.9.9.9"), OWN, true],
    ["--direction", is("direction", "local"), OWN, true],
    ["--to-ip", is("to-ip", "10.0.0.2"), OWN + OF_DESTINATION, true],
    ["--not --to-ip", isNot("to-ip", "10.9.9.9"), OWN + OF_DESTINATION, true],
    ["--to-port", is("to-port", "80"), OWN + OF_DESTINATION, true],
    ["--protocol", is("protocol", "tcp"), OWN + OF_DESTINATION, true],
    ["--node", is("node", "worker-1"), 111, false],
    ["--not --node", isNot("node", "worker-9"), 111, false],
    ["--prefix", is("prefix", "calico-packet"), 111, false],
  ])("%s leaves out those that cannot answer, and says so", (_, term, packets, isBound) => {
    using seeded = folded();
    const question = questionOf({ terms: [term] });
    const expected = { packets, packetsAreLowerBound: isBound };
    expect(queryFlows(seeded.database, question, "packets").totals).toMatchObject(expected);
    expect(queryTop(seeded.database, question, "node").totals).toMatchObject(expected);
  });

  test("that another term excludes for sure make no lower bound", () => {
    using seeded = folded();
    const terms = [is("from-ip", "10.0.0.0/8"), is("node", "worker-9")];
    const { totals } = queryFlows(seeded.database, questionOf({ terms }), "packets");
    expect(totals).toMatchObject({ packets: 0, packetsAreLowerBound: false });
  });

  test.each<[TopDimension, Record<string, number>]>([
    ["src", { other: 110, "10.0.0.1": 1 }],
    ["direction", { other: 110, local: 1 }],
    ["dst", { other: 100, "10.0.0.2": 11 }],
    ["port", { other: 100, "80": 11 }],
    ["protocol", { other: 100, tcp: 11 }],
    ["prefix", { "calico-packet: ": 111 }],
    ["node", { "worker-1": 111 }],
  ])("are counted by top %s under what they know", (by, expected) => {
    using seeded = folded();
    const { top } = queryTop(seeded.database, questionOf(), by);
    expect(Object.fromEntries(top.map(({ key, packets }) => [key, packets]))).toEqual(expected);
  });

  test("are told apart by status", () => {
    using seeded = folded();
    const { packets } = queryStatus(seeded.database).conservation;
    expect(packets).toMatchObject({ kept: 111, inOther: 110 });
  });
});
