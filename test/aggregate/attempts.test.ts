import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AttemptFacts, Attempts } from "../../src/aggregate/attempts.ts";
import type { OpenedAttempts } from "../../src/model/counted-batch.ts";
import { ABSENT, factsOf, ICMP, SECOND, TCP, UDP } from "./facts.ts";

const START = Date.parse("2026-11-22T14:00:00Z") * 1000;

/** How many attempts each denial begins; times in seconds. */
function countAll(denials: readonly (readonly [number, Partial<AttemptFacts>])[]): number[] {
  const attempts = new Attempts();
  return denials.map(([at, facts]) => attempts.count(factsOf(facts), START + at * SECOND));
}

describe("a TCP connection", () => {
  test.each([
    ["that retransmits as Linux does is one attempt", [0, 1, 3, 7, 15, 31, 63, 127], [1]],
    ["that retransmits linearly first is one attempt", [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67], [1]],
    ["is one attempt up to 130 s after its first SYN", [0, 130], [1]],
    ["is another attempt thereafter", [0, 130.000001], [1, 2]],
    ["is another attempt however late the last retransmit was", [0, 127, 131], [1, 3]],
    ["begins a window of its own with each attempt", [0, 131, 200, 261, 262], [1, 2, 5]],
    ["is one attempt when lines come out of order", [10, 5, 0], [1]],
  ])("%s", (_, times, starts) => {
    const expected = times.map((_time, index) => (starts.includes(index + 1) ? 1 : 0));
    expect(countAll(times.map((at) => [at, {}]))).toEqual(expected);
  });

  test.each<[string, Partial<AttemptFacts>]>([
    ["another source port", { srcPort: 40_001 }],
    ["another destination port", { dstPort: 444 }],
    ["ports that are swapped", { srcPort: 443, dstPort: 40_000 }],
    ["another source", { src3: 0x0a000003 }],
    ["another destination", { dst3: 0x0a000003 }],
    ["IPv6 with the same last words", { family: 6 }],
    ["another protocol", { protocol: UDP }],
  ])("with %s is another attempt", (_, other) => {
    expect(
      countAll([
        [0, {}],
        [1, other],
        [2, {}],
        [3, other],
      ]).slice(0, 3),
    ).toEqual([1, 1, 0]);
  });

  test.each([0, 1, 2] as const)("over IPv6 is told apart by word %i of its addresses", (word) => {
    const src = { family: 6, [`src${word}`]: 1 };
    const dst = { family: 6, [`dst${word}`]: 1 };
    const denials = [{ family: 6 }, src, dst, { family: 6 }, src, dst];
    expect(countAll(denials.map((facts) => [0, facts]))).toEqual([1, 1, 1, 0, 0, 0]);
  });

  test("that two policies log is one attempt, whatever its id", () => {
    expect(
      countAll([
        [0, { id: 1 }],
        [0, { id: 1 }],
        [1, { id: 2 }],
      ]),
    ).toEqual([1, 0, 0]);
  });

  test("of which rsyslog repeated the line is one attempt", () => {
    expect(countAll([[0, { repeated: 5 }]])).toEqual([1]);
  });

  test("without ports, as of a later fragment, is an attempt each time", () => {
    const fragment = { srcPort: ABSENT, dstPort: ABSENT };
    expect(
      countAll([
        [0, fragment],
        [1, fragment],
      ]),
    ).toEqual([1, 1]);
  });
});

describe("what is no TCP connection", () => {
  const dns = { protocol: UDP, dstPort: 53 };
  const ping = {
    protocol: ICMP,
    srcPort: ABSENT,
    dstPort: ABSENT,
    icmpType: 8,
    icmpCode: 0,
    icmpId: 9,
    icmpSeq: 1,
  };
  const vrrp = { protocol: 112, srcPort: ABSENT, dstPort: ABSENT };

  test.each([
    ["UDP", dns],
    ["ICMP", ping],
    ["VRRP", vrrp],
    ["no protocol", { ...vrrp, protocol: ABSENT }],
  ])("is an attempt each time: %s", (_, facts) => {
    expect(
      countAll([
        [0, facts],
        [0, facts],
        [1, facts],
      ]),
    ).toEqual([1, 1, 1]);
    const up = { ...facts, uptimeSeconds: 12 };
    expect(
      countAll([
        [0, up],
        [0, { ...up, id: 8 }],
        [1, { ...up, id: 9 }],
      ]),
    ).toEqual([1, 1, 1]);
  });

  test.each([
    ["UDP", dns],
    ["ICMP", ping],
    ["VRRP", vrrp],
  ])("is one attempt when two policies log the same packet: %s", (_, facts) => {
    const up = { ...facts, uptimeSeconds: 12 };
    expect(
      countAll([
        [0, up],
        [0.00003, up],
        [1, { ...up, uptimeSeconds: 13 }],
      ]),
    ).toEqual([1, 0, 1]);
  });

  test("is as many attempts as rsyslog repeated its line", () => {
    expect(countAll([[0, { ...dns, repeated: 5 }]])).toEqual([5]);
  });

  test("is another attempt when id and uptime come again hours later", () => {
    const up = { ...dns, uptimeSeconds: 12 };
    expect(
      countAll([
        [0, up],
        [3, up],
      ]),
    ).toEqual([1, 1]);
  });

  test("is told apart by the fields of ICMP", () => {
    const up = { ...ping, uptimeSeconds: 12 };
    const others = [{ icmpSeq: 2 }, { icmpId: 10 }, { icmpType: 0 }, { icmpCode: 1 }];
    const denials = [{}, ...others].map((other) => ({ ...up, ...other }));
    const all = [...denials, ...denials];
    expect(countAll(all.map((facts) => [0, facts]))).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  });
});

/** Ordinary clients in a flood: each index is a connection of its own. */
const flood = (index: number) => factsOf({ src3: index, srcPort: index & 0xffff });
const OPEN_ATTEMPTS_MAX = 65_536;
const minuteOf = (time: number) => Math.floor(time / (60 * SECOND));

describe("where the table of open attempts overflows", () => {
  test("minutes are marked while what was forgotten may still retransmit", () => {
    const attempts = new Attempts();
    for (let index = 0; index < 2 * OPEN_ATTEMPTS_MAX; index++) attempts.count(flood(index), START);
    attempts.count(flood(1e6), START + 129 * SECOND);
    attempts.count(flood(2e6), START + 131 * SECOND);
    expect(attempts.take().upperBoundMinutes).toEqual([
      minuteOf(START),
      minuteOf(START + 129 * SECOND),
    ]);
    expect(attempts.take().upperBoundMinutes).toEqual([]);
  });

  test("no minute is marked as long as everything is remembered", () => {
    const attempts = new Attempts();
    for (let index = 0; index < 2 * OPEN_ATTEMPTS_MAX - 1; index++) {
      attempts.count(flood(index), START);
    }
    expect(attempts.take().upperBoundMinutes).toEqual([]);
  });

  test("no minute is marked when all that is forgotten is old enough", () => {
    const attempts = new Attempts();
    for (let index = 0; index < 4 * OPEN_ATTEMPTS_MAX; index++) {
      attempts.count(flood(index), START + index * 2500);
    }
    expect(attempts.take().upperBoundMinutes).toEqual([]);
  });

  test("minutes are marked by a process that goes on after it, too", () => {
    const before = new Attempts();
    for (let index = 0; index < 2 * OPEN_ATTEMPTS_MAX; index++) before.count(flood(index), START);
    const after = new Attempts();
    after.load([before.take()]);
    after.count(flood(1e6), START + 129 * SECOND);
    expect(after.take().upperBoundMinutes).toEqual([minuteOf(START + 129 * SECOND)]);
  });
});

describe("the count does not depend on where a process ended", () => {
  const denial = fc.record({
    src3: fc.nat({ max: 3 }),
    srcPort: fc.nat({ max: 2 }),
    family: fc.constantFrom(4, 6),
    src0: fc.nat({ max: 1 }),
    protocol: fc.constantFrom(TCP, TCP, UDP),
    id: fc.constantFrom(ABSENT, 1, 2),
    uptimeSeconds: fc.constantFrom(ABSENT, 5, 6),
    repeated: fc.constantFrom(1, 1, 1, 3),
  });
  type Step = { facts: AttemptFacts; seconds: number; ends: "no" | "commit" | "process" };
  const step: fc.Arbitrary<Step> = fc.record({
    facts: denial.map(factsOf),
    seconds: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 200 })),
    ends: fc.constantFrom("no" as const, "no" as const, "commit" as const, "process" as const),
  });

  test("nor on how lines were cut into transactions", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const once = new Attempts();
        let often = new Attempts();
        let stored: OpenedAttempts[] = [];
        let time = START;
        for (const { facts, seconds, ends } of steps) {
          time += seconds * SECOND;
          expect(often.count(facts, time)).toBe(once.count(facts, time));
          if (ends !== "no") stored = [...stored, often.take()];
          if (ends !== "process") continue;
          often = new Attempts();
          often.load(stored);
        }
      }),
      { numRuns: 500 },
    );
  });
});
