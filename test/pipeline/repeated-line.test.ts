import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COUNT_ATTEMPTS, COUNT_COLUMNS, COUNT_PACKETS } from "../../src/model/count-row.ts";
import { RepeatedLine } from "../../src/pipeline/repeated-line.ts";
import { lineOf, UDP, V4 } from "./common-lines.ts";
import { Counting } from "./counted-lines.ts";
import { newSource } from "./new-source.ts";

type Counted = {
  readonly minutes: readonly string[];
  readonly recent: readonly string[];
  readonly tally: {
    readonly lines: number;
    readonly other: Readonly<Record<string, number>>;
    readonly prefixes: readonly { readonly lines: number; readonly packets: number }[];
  };
  readonly progress: { readonly denials: number };
};

const host = "2026-11-22T12:01:00.000000+00:00 worker-1";
const tcp = `${lineOf()}\n`;
const udp = `${lineOf({ packet: `${V4}${UDP}`, uptime: "" })}\n`;
const allowed = `${lineOf({ prefix: "[UFW ALLOW] " })}\n`;
const ordinary = `${host} cron: nothing\n`;
const again = (times: number) => `${host} last message repeated ${times} times\n`;
const elsewhere = again(4).replace("worker-1", "worker-2");

function counted(batches: readonly string[], before = "", engine = true): Counted {
  const counting = new Counting({ engine, bufferBytes: 64 * 1024 });
  const source = {
    ...newSource(),
    repeatedLine: new RepeatedLine(Buffer.from(before), false),
  };
  for (const batch of batches) counting.add(source, batch);
  return counting.take(source) as Counted;
}

function sums(of: Counted): { packets: number; attempts: number; logged: number; lines: number } {
  const sumOf = (column: number) =>
    of.minutes.reduce((sum, row) => sum + Number(row.split(" ")[column % COUNT_COLUMNS]), 0);
  const logged = of.tally.prefixes.reduce((sum, { packets }) => sum + packets, 0);
  const lines = of.tally.prefixes.reduce((sum, each) => sum + each.lines, 0);
  return { packets: sumOf(COUNT_PACKETS), attempts: sumOf(COUNT_ATTEMPTS), logged, lines };
}

describe.each([
  ["with the engine", true],
  ["without", false],
])("last message repeated N times, %s", (_name, engine) => {
  test.each([
    ["TCP: as a retransmission", [tcp + again(4)], { packets: 5, attempts: 1, lines: 1 }],
    ["UDP: each is an attempt", [udp + again(4)], { packets: 5, attempts: 5, lines: 1 }],
    ["several times", [udp + again(4) + again(7)], { packets: 12, attempts: 12, lines: 1 }],
    ["in the next batch", [tcp, again(4)], { packets: 5, attempts: 1, lines: 1 }],
    ["in two batches more", [tcp, again(4), again(2)], { packets: 7, attempts: 1, lines: 1 }],
    ["of another verdict", [allowed + again(4)], { packets: 5, attempts: 1, lines: 1 }],
    ["behind another line", [tcp + ordinary + again(4)], { packets: 1, attempts: 1, lines: 1 }],
    ["of another host", [tcp + elsewhere], { packets: 1, attempts: 1, lines: 1 }],
    ["of nothing", [again(4) + tcp], { packets: 1, attempts: 1, lines: 1 }],
  ] as const)("%s", (_what, batches, { packets, attempts, lines }) => {
    const got = counted(batches, "", engine);
    expect(sums(got)).toEqual({ packets, attempts, lines, logged: packets });
    const repeats = batches.join("").split(" last message repeated ").length - 1;
    expect(got.tally.other["repeat-of-previous"]).toBe(repeats);
    expect(got.progress.denials).toBe(batches.join("").includes("ALLOW") ? 0 : packets);
  });

  test("the text of a denial is kept once", () => {
    expect(counted([tcp + again(4) + udp], "", engine).recent).toHaveLength(2);
  });
});

const someLines = fc.array(
  fc.constantFrom(tcp, udp, allowed, ordinary, again(1), again(3), elsewhere),
  { minLength: 1, maxLength: 12 },
);

test("is counted the same however the lines are cut into batches", () => {
  fc.assert(
    fc.property(someLines, (lines) => {
      const cut = sums(counted(lines, "", false));
      expect(cut).toEqual(sums(counted([lines.join("")], "", false)));
      expect(cut.logged).toBe(cut.packets);
    }),
    { numRuns: 100 },
  );
});

test("is counted when what stands before was counted in another process", () => {
  expect(sums(counted([again(4)], `cut short\n${udp}`))).toMatchObject({ packets: 4, lines: 0 });
  const text = `x\n${udp}${again(2)}`;
  expect(sums(counted([again(4)], text))).toMatchObject({ packets: 4, lines: 0 });
});

test("is not counted when the line before is not known whole", () => {
  expect(sums(counted([again(4)], udp.slice(5)))).toMatchObject({ packets: 0 });
  expect(sums(counted([again(4)], ""))).toMatchObject({ packets: 0 });
});
