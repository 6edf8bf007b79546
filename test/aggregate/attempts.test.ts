import { describe, expect, test } from "vitest";
import { Attempts } from "../../src/aggregate/attempts.ts";
import { ABSENT, type AttemptFacts, countAttempts, factsOf, ICMP, SECOND, UDP } from "./facts.ts";

const START = Date.parse("2026-11-22T14:00:00Z") * 1000;

/** How many attempts each denial begins; times in seconds. */
function countAll(denials: readonly (readonly [number, Partial<AttemptFacts>])[]): number[] {
  const attempts = new Attempts();
  return denials.map(([at, facts]) => countAttempts(attempts, factsOf(facts), START + at * SECOND));
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
