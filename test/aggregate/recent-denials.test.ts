import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RecentDenials } from "../../src/aggregate/recent-denials.ts";
import { RecentLines } from "../../src/aggregate/recent-lines.ts";
import type { RecentColumns } from "../../src/model/counted-batch.ts";
import { recentBytesMax, recentDenialsMax } from "../../src/model/limits.ts";

/** See src/aggregate/recent-denials.ts. */
const BUFFERS_KEPT_MAX = 4;
/** Between two denials, where other lines are. */
const SESSION = 1;
const GAP = 3;

type Denial = { readonly number: number; readonly length: number };
type Origin = "stream" | "file";

/** Batches of denials, one after the other, and the buffers that they lie in. */
class Denials {
  readonly #recent = new RecentDenials();
  /** How often the buffer of each batch was given back. */
  readonly releases: number[] = [];
  /** What batches read again: it must still be there, and it may have become shorter. */
  readonly files: { bytes: Buffer; isOpen: boolean }[] = [];
  #all: Denial[] = [];
  readonly #table = new RecentLines();
  #number = 0;

  /** A batch of denials of these lengths, with other bytes between them. */
  add(lengths: readonly number[], origin: Origin = "stream"): void {
    const bytes = lengths.reduce((sum, length) => sum + length + GAP, GAP);
    const buffer = Buffer.allocUnsafeSlow(bytes);
    let at = GAP;
    for (const length of lengths) {
      const number = this.#number++;
      this.#all.push({ number, length });
      mark(buffer, at, length, number);
      this.#table.add(at, at + length, number & 1023, number * 10);
      at += length + GAP;
    }
    const index = this.releases.push(0) - 1;
    const release = () => {
      this.releases[index]!++;
      // Somebody else's lines from now on.
      buffer.fill(0xff);
    };
    this.#recent.add(
      SESSION,
      this.#table,
      { bytes: buffer, readAgain: this.#reader(buffer, origin) },
      release,
    );
    expect(this.#table.count, "the table is emptied").toBe(0);
  }

  #reader(buffer: Buffer, origin: Origin) {
    if (origin === "stream") return undefined;
    const file = { bytes: Buffer.from(buffer), isOpen: true };
    this.files.push(file);
    return (start: number, end: number) => {
      if (!file.isOpen) throw new Error("EBADF");
      // As a read gives it: bytes that nothing else lies beside.
      const read = file.bytes.subarray(start, Math.min(end, file.bytes.length));
      const own = Buffer.allocUnsafeSlow(read.length);
      read.copy(own);
      return own;
    };
  }

  /** The files are closed. */
  settle(): void {
    this.#recent.settle();
    for (const file of this.files) file.isOpen = false;
  }

  /** Takes them; says how the last that fit differ from those that a list keeps. */
  take(): string {
    const wanted = this.#all;
    this.#all = [];
    return differenceOf(this.#recent.take(), lastOf(wanted, recentDenialsMax, recentBytesMax));
  }

  get rows(): number {
    return this.#recent.take().reduce((sum, { count }) => sum + count, 0);
  }

  get held(): number {
    return this.releases.filter((count) => count === 0).length;
  }
}

/** Marks both ends of a denial with its number, as far as it has room. */
function mark(buffer: Buffer, at: number, length: number, number: number): void {
  if (length >= 4) buffer.writeInt32LE(number, at);
  if (length >= 8) buffer.writeInt32LE(number, at + length - 4);
}

/** By the book: the last that fit, of all. */
function lastOf(all: readonly Denial[], rowsMax: number, bytesMax: number): readonly Denial[] {
  let bytes = 0;
  let from = all.length;
  while (from > 0 && all.length - from < rowsMax) {
    bytes += all[from - 1]!.length;
    if (bytes > bytesMax) break;
    from--;
  }
  return all.slice(from);
}

function differenceOf(batches: readonly RecentColumns[], wanted: readonly Denial[]): string {
  const rows = batches.reduce((sum, { count }) => sum + count, 0);
  if (rows < wanted.length) return `${rows} denials, not ${wanted.length}`;
  /** Those before the last that fit are the store's to leave out. */
  let place = wanted.length - rows;
  for (const { count, bytes, start, end, flow, time } of batches) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let row = 0; row < count; row++, place++) {
      if (place < 0) continue;
      const { number, length } = wanted[place]!;
      const [from, to] = [start[row]!, end[row]!];
      if (to - from !== length) return `denial ${number}: ${to - from} bytes, not ${length}`;
      if (to > text.length) return `denial ${number} ends behind its bytes`;
      const marks = [
        length >= 4 ? text.readInt32LE(from) : number,
        length >= 8 ? text.readInt32LE(to - 4) : number,
        time[row]! / 10,
      ];
      if (marks.some((each) => each !== number)) return `denial ${number}: ${marks.join()}`;
      if (flow[row] !== (number & 1023)) return `denial ${number}: flow ${flow[row]}`;
    }
  }
  return "";
}

const many = (count: number, length: number) => Array.from({ length: count }, () => length);
const MIB = 1024 * 1024;

type Case = { readonly name: string; readonly batches: number[][] };
const cases: readonly Case[] = [
  { name: "no batch", batches: [] },
  { name: "one denial", batches: [[100]] },
  { name: "a batch without denials", batches: [[]] },
  { name: "batches without denials between others", batches: [[], [10, 20], [], [30], []] },
  { name: "as many as may be", batches: [many(20_000, 10), many(30_000, 10)] },
  { name: "one more", batches: [many(20_000, 10), many(30_001, 10)] },
  { name: "one more, in a batch of its own", batches: [many(50_000, 10), [10]] },
  { name: "more in one batch than may be", batches: [many(50_001, 10)] },
  { name: "more than twice as many in one batch", batches: [many(100_017, 4)] },
  { name: "many batches beyond the bound", batches: many(30, 2500).map((n) => many(n, 20)) },
  { name: "as many bytes as may be", batches: [many(2, 4 * MIB), many(2, 4 * MIB)] },
  { name: "one byte more", batches: [many(2, 4 * MIB), [4 * MIB, 4 * MIB + 1]] },
  { name: "a denial that is longer than all", batches: [[5, 6], [16 * MIB + 1]] },
  { name: "a denial behind one that is longer than all", batches: [[5], [16 * MIB + 1], [7]] },
  { name: "more bytes in one batch than may be", batches: [many(70, MIB / 4)] },
  { name: "many batches of long denials", batches: many(40, 0).map(() => many(10, 65_536)) },
  { name: "empty denials", batches: [many(10, 0), [0, 1, 0]] },
];

describe.each(["stream", "file"] as const)("RecentDenials of a %s", (origin) => {
  test.for(cases)("keeps the last that fit: $name", ({ batches }) => {
    const denials = new Denials();
    for (const lengths of batches) denials.add(lengths, origin);
    expect(denials.take()).toBe("");
    expect(denials.releases).toEqual(batches.map(() => 1));
    // Nothing is left for the next transaction.
    expect(denials.take()).toBe("");
    expect(denials.rows).toBe(0);
    denials.add([1, 2, 3], origin);
    expect(denials.take()).toBe("");
    expect(denials.releases).toEqual([...batches.map(() => 1), 1]);
  });

  test("forgets batches of which later ones have pushed out everything", () => {
    const denials = new Denials();
    for (let batch = 0; batch < 100; batch++) denials.add(many(2000, 10), origin);
    expect(denials.rows).toBe(recentDenialsMax);
    for (let batch = 0; batch < 100; batch++) denials.add(many(1999, 10), origin);
    expect(denials.rows).toBe(26 * 1999);
    for (let batch = 0; batch < 100; batch++) denials.add([MIB], origin);
    expect(denials.rows).toBe(16);
  });
});

describe("RecentDenials", () => {
  test("gives a buffer back at once when no denial lies in it, or a file has it too", () => {
    const denials = new Denials();
    denials.add([]);
    denials.add([10, 20], "file");
    denials.add([30]);
    expect(denials.releases).toEqual([1, 1, 0]);
    expect(denials.take()).toBe("");
    expect(denials.releases).toEqual([1, 1, 1]);
  });

  test("gives a buffer back when later batches have pushed all of it out", () => {
    const denials = new Denials();
    for (const count of [100, 25_000, 25_000]) denials.add(many(count, 10));
    expect(denials.releases).toEqual([1, 0, 0]);
    denials.add(many(24_999, 10));
    expect(denials.releases).toEqual([1, 0, 0, 0]);
    denials.add(many(1, 10));
    expect(denials.releases).toEqual([1, 1, 0, 0, 0]);
    denials.add(many(50_000, 10));
    expect(denials.releases).toEqual([1, 1, 1, 1, 1, 0]);
    expect(denials.take()).toBe("");
    expect(denials.releases).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test(`copies the denials of older buffers than the last ${BUFFERS_KEPT_MAX}`, () => {
    const denials = new Denials();
    for (let batch = 0; batch < BUFFERS_KEPT_MAX; batch++) denials.add([10, 20]);
    expect(denials.held).toBe(BUFFERS_KEPT_MAX);
    for (let batch = 0; batch < 30; batch++) denials.add(batch % 3 === 0 ? [] : [30]);
    expect(denials.held).toBe(BUFFERS_KEPT_MAX);
    expect(denials.take()).toBe("");
    expect(denials.releases).toEqual(many(BUFFERS_KEPT_MAX + 30, 1));
  });

  test("reads nothing again from what was closed", () => {
    const denials = new Denials();
    denials.add([10, 20], "file");
    denials.add([30, 40], "stream");
    denials.settle();
    denials.add([50], "file");
    expect(denials.take()).toBe("");
    expect(denials.releases).toEqual([1, 1, 1]);
  });

  test.each([
    ["at its beginning", 0, 0],
    ["within its first denial", GAP + 5, 0],
    ["behind its first denial", GAP + 10, 1],
    ["within its last denial", GAP + 10 + GAP + 19, 1],
    ["nowhere", GAP + 10 + GAP + 20, 2],
  ])("keeps what is left of a file that was cut off %s", (_, length, kept) => {
    const denials = new Denials();
    denials.add([10, 20], "file");
    denials.files[0]!.bytes = denials.files[0]!.bytes.subarray(0, length);
    expect(denials.rows).toBe(kept);
  });

  const lengths = fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 6 }) },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 60_000 }).map((count) => many(count, 4)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 24 }), fc.constantFrom(4, 5, 8, 16))
        .map(([count, parts]) => many(count, Math.ceil(recentBytesMax / parts / 2))),
    },
  );
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(lengths, fc.constantFrom<Origin>("stream", "file")) },
    { weight: 1, arbitrary: fc.constantFrom("take", "settle") },
  );

  test("keeps the last that fit and gives each buffer back once, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const denials = new Denials();
        for (const each of steps) {
          if (each === "take") expect(denials.take()).toBe("");
          else if (each === "settle") denials.settle();
          else if (typeof each !== "string") denials.add(...each);
          expect(denials.held).toBeLessThanOrEqual(BUFFERS_KEPT_MAX);
        }
        expect(denials.take()).toBe("");
        expect(denials.releases).toEqual(denials.releases.map(() => 1));
      }),
      { numRuns: 40 },
    );
  });
});
