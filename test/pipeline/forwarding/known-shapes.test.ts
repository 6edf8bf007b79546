import { expect, test } from "vitest";
import { LineRecord } from "../../../parsers/line-record.ts";
import { netfilterParser } from "../../../parsers/netfilter-parser.ts";
import { KnownShapes } from "../../../src/pipeline/forwarding/known-shapes.ts";
import type { NameSource } from "../../../src/query/endpoints/name-source.ts";

const names: NameSource = { podsOf: () => [], leasesOf: () => [], current: () => names };
const always = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** Looks for the shapes of lines, and learns those that are wanted. */
class Reader {
  readonly #known = new KnownShapes();
  readonly #record = new LineRecord();
  #number = 0;

  /** How many lines of these sources have a known shape. */
  read(sources: Iterable<number>): number {
    let found = 0;
    for (const source of sources) if (this.#isKnown(source)) found++;
    return found;
  }

  #isKnown(source: number): boolean {
    const line = Buffer.from(this.#lineOf(source));
    if (this.#known.find(line, 0, line.length, 0, names) !== undefined) return true;
    expect(netfilterParser.parse(line, 0, line.length, this.#record)).toBe("log");
    if (this.#known.wants(line, this.#record)) this.#known.learn(always);
    return false;
  }

  #lineOf(source: number): string {
    const number = this.#number++;
    return (
      `2026-11-22T12:00:00.${String(number % 1_000_000).padStart(6, "0")}+00:00 worker kernel: ` +
      `[ 1234.567890] calico-packet: IN=cali1 OUT=eth0 SRC=10.${source >> 16}.` +
      `${(source >> 8) & 255}.${source & 255} DST=10.0.0.1 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ` +
      `ID=${number % 65_536} DF PROTO=TCP SPT=${20_000 + (number % 40_000)} DPT=5432 ` +
      "WINDOW=64240 RES=0x00 SYN URGP=0 "
    );
  }
}

function* range(from: number, to: number): Generator<number> {
  for (let number = from; number < to; number++) yield number;
}

test("KnownShapes knows a line that was met twice before", () => {
  const reader = new Reader();
  expect([reader.read([7, 7]), reader.read([7]), reader.read([8])]).toEqual([0, 1, 0]);
});

/** The worst order: a place that two need is never found by either. */
test("KnownShapes knows the most of 10,000 flows that come by turns", () => {
  const reader = new Reader();
  for (let round = 0; round < 2; round++) reader.read(range(0, 10_000));
  expect(reader.read(range(0, 10_000))).toBeGreaterThan(7000);
});

test("KnownShapes forgets nothing for a flood of sources that never come again", () => {
  const reader = new Reader();
  for (let round = 0; round < 3; round++) reader.read(range(0, 5000));
  const known = reader.read(range(0, 5000));
  expect(known).toBeGreaterThan(4800);
  reader.read(range(100_000, 160_000));
  expect(reader.read(range(0, 5000))).toBe(known);
});

test("KnownShapes gives the places of flows that have ended to new ones", () => {
  const reader = new Reader();
  for (let round = 0; round < 6; round++) reader.read(range(0, 16_000));
  for (let round = 0; round < 6; round++) reader.read(range(16_000, 24_000));
  expect(reader.read(range(16_000, 24_000))).toBeGreaterThan(6000);
});
