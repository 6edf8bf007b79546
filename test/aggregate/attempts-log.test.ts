import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Attempts } from "../../src/aggregate/attempts.ts";
import { AttemptsLog } from "../../src/aggregate/attempts-log.ts";
import { HALF_KEY_WORDS, RecentKeys } from "../../src/aggregate/recent-keys.ts";
import type { OpenedAttempts, RecentKeyEntries } from "../../src/model/counted-batch.ts";
import { ABSENT, type AttemptFacts, countAttempts, factsOf, SECOND, TCP, UDP } from "./facts.ts";
import { runs } from "../long-run.ts";

const START = Date.parse("2026-11-22T14:00:00Z") * 1000;

/** Ordinary clients in a flood: each index is a connection of its own. */
const flood = (index: number) => factsOf({ src3: index, srcPort: index & 0xffff });
const OPEN_ATTEMPTS_MAX = 65_536;
const minuteOf = (time: number) => Math.floor(time / (60 * SECOND));

describe("where the table of open attempts overflows", () => {
  test("more minutes are marked than the table begins with, each once", () => {
    const attempts = new Attempts();
    const log = new AttemptsLog(attempts);
    for (let index = 0; index < 2 * OPEN_ATTEMPTS_MAX; index++) {
      countAttempts(attempts, flood(index), START);
    }
    // What is forgotten is newer than what comes: clocks of several hosts, or a stamp gone wrong.
    const minutes = Array.from({ length: 200 }, (_, index) => START - index * 60 * SECOND);
    for (const time of minutes) {
      countAttempts(attempts, flood(3e6), time);
      countAttempts(attempts, flood(4e6), time);
    }
    expect(log.take().upperBoundMinutes).toEqual(minutes.map(minuteOf));
  });

  test("minutes are marked while what was forgotten may still retransmit", () => {
    const attempts = new Attempts();
    const log = new AttemptsLog(attempts);
    for (let index = 0; index < 2 * OPEN_ATTEMPTS_MAX; index++) {
      countAttempts(attempts, flood(index), START);
    }
    countAttempts(attempts, flood(1e6), START + 129 * SECOND);
    countAttempts(attempts, flood(2e6), START + 131 * SECOND);
    expect(log.take().upperBoundMinutes).toEqual([minuteOf(START), minuteOf(START + 129 * SECOND)]);
    expect(log.take().upperBoundMinutes).toEqual([]);
  });

  test("no minute is marked as long as everything is remembered", () => {
    const attempts = new Attempts();
    for (let index = 0; index < 2 * OPEN_ATTEMPTS_MAX - 1; index++) {
      countAttempts(attempts, flood(index), START);
    }
    expect(new AttemptsLog(attempts).take().upperBoundMinutes).toEqual([]);
  });

  test("no minute is marked when all that is forgotten is old enough", () => {
    const attempts = new Attempts();
    for (let index = 0; index < 4 * OPEN_ATTEMPTS_MAX; index++) {
      countAttempts(attempts, flood(index), START + index * 2500);
    }
    expect(new AttemptsLog(attempts).take().upperBoundMinutes).toEqual([]);
  });

  test("minutes are marked by a process that goes on after it, too", () => {
    const before = new Attempts();
    for (let index = 0; index < 2 * OPEN_ATTEMPTS_MAX; index++) {
      countAttempts(before, flood(index), START);
    }
    const after = new Attempts();
    const log = new AttemptsLog(after);
    log.load([new AttemptsLog(before).take()]);
    countAttempts(after, flood(1e6), START + 129 * SECOND);
    expect(log.take().upperBoundMinutes).toEqual([minuteOf(START + 129 * SECOND)]);
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
        let log = new AttemptsLog(often);
        let stored: OpenedAttempts[] = [];
        let time = START;
        for (const { facts, seconds, ends } of steps) {
          time += seconds * SECOND;
          expect(countAttempts(often, facts, time)).toBe(countAttempts(once, facts, time));
          if (ends !== "no") stored = [...stored, log.take()];
          if (ends !== "process") continue;
          often = new Attempts();
          log = new AttemptsLog(often);
          log.load(stored);
        }
      }),
      { numRuns: runs(2000) },
    );
  });
});

const IPV4 = 4 << 16;
const IPV6 = 6 << 16;
/** IPv4 keys, told apart by one number; an IPv6 key needs all the words. */
const key4 = (number: number) => [IPV4, number, 0, 0, 0, 0];
const key6 = (number: number, high: number) => [IPV6, number, 0, 0, 0, 0, high, 0, 0, 0, 0, 0];

/** Tables that are full soon, and their log. */
class SmallTables {
  readonly upperBoundMinutes = new Float64Array();
  upperBoundCount = 0;
  readonly connections: RecentKeys;
  readonly copies: RecentKeys;
  readonly log: AttemptsLog;

  constructor(entriesMax: number) {
    this.connections = new RecentKeys(entriesMax, 100);
    this.copies = new RecentKeys(entriesMax, 100);
    this.log = new AttemptsLog(this);
  }

  isKnown(table: "connections" | "copies", words: readonly number[], time: number): boolean {
    const key = Int32Array.from(words);
    return this[table].isKnown(key, 0, this[table].hashOf(key, 0), time);
  }
}

describe("AttemptsLog", () => {
  test("gives each entry once, with its ordinal", () => {
    const tables = new SmallTables(4);
    const taken: number[][] = [];
    for (let number = 0; number < 11; number++) {
      tables.isKnown("connections", key4(number), number);
      if (number % 3 !== 2) continue;
      const { from, count, words, times } = tables.log.take().connections;
      expect(words).toHaveLength(count * HALF_KEY_WORDS);
      const numbers = Array.from({ length: count }, (_, i) => words[i * HALF_KEY_WORDS + 1]!);
      expect(numbers).toEqual([...times]);
      taken.push([from, ...numbers]);
    }
    expect(taken).toEqual([
      [0, 0, 1, 2],
      [3, 3, 4, 5],
      [6, 6, 7, 8],
    ]);
    expect(tables.log.take().connections).toMatchObject({ from: 9, count: 2 });
    expect(tables.log.take().connections).toMatchObject({ from: 11, count: 0 });
    expect(tables.log.take().copies).toMatchObject({ from: 0, count: 0 });
  });

  test("gives of a long transaction only what is still remembered", () => {
    const tables = new SmallTables(4);
    for (let number = 0; number < 22; number++) tables.isKnown("copies", key4(number), 0);
    const { from, count, keepFrom, words } = tables.log.take().copies;
    expect({ from, count, keepFrom }).toEqual({ from: 16, count: 6, keepFrom: 16 });
    expect(words[1]).toBe(16);
  });

  test.each([
    ["nothing was forgotten", 7, undefined],
    ["some were", 8, 3],
  ])("says how new what was forgotten last was, if %s", (_, keys, forgottenTime) => {
    const tables = new SmallTables(4);
    for (let number = 0; number < keys; number++) {
      tables.isKnown("connections", key4(number), number);
    }
    expect(tables.log.take().connections.forgottenTime).toBe(forgottenTime);
  });

  test("hands over entries that later ones do not change", () => {
    const tables = new SmallTables(1);
    tables.isKnown("connections", key4(1), 1);
    const { connections } = tables.log.take();
    for (let number = 2; number < 9; number++) tables.isKnown("connections", key4(number), number);
    expect([connections.words[1], connections.times[0]]).toEqual([1, 1]);
  });

  /** Drops what the store drops: entries that are forgotten. */
  function stored(entries: readonly RecentKeyEntries[]): RecentKeyEntries[] {
    const keepFrom = Math.max(0, ...entries.map((each) => each.keepFrom));
    return entries.filter(({ from, count }) => count > 0 && from + count > keepFrom);
  }

  const key = fc.oneof(
    fc.nat({ max: 9 }).map(key4),
    fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 1 })).map(([low, high]) => key6(low, high)),
  );
  const step = fc.record({
    table: fc.constantFrom("connections" as const, "copies" as const),
    key,
    wait: fc.integer({ min: -20, max: 60 }),
    ends: fc.constantFrom("no", "no", "commit", "process"),
  });

  test("lets many processes answer as one does", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 4, 8), fc.array(step), (entriesMax, steps) => {
        const once = new SmallTables(entriesMax);
        let often = new SmallTables(entriesMax);
        const kept: Record<"connections" | "copies", RecentKeyEntries[]> = {
          connections: [],
          copies: [],
        };
        const transactions: OpenedAttempts[] = [];
        let time = 0;
        for (const { table, key: words, wait, ends } of steps) {
          time += wait;
          expect(often.isKnown(table, words, time)).toBe(once.isKnown(table, words, time));
          if (ends !== "no") transactions.push(often.log.take());
          if (ends !== "process") continue;
          kept.connections = stored(transactions.map(({ connections }) => connections));
          kept.copies = stored(transactions.map(({ copies }) => copies));
          often = new SmallTables(entriesMax);
          // As the store gives them: each table by itself.
          const none = { from: 0, count: 0, keepFrom: 0, forgottenTime: undefined };
          const empty = { ...none, words: new Int32Array(), times: new Float64Array() };
          often.log.load([
            ...kept.connections.map((connections) => ({
              connections,
              copies: empty,
              upperBoundMinutes: [],
            })),
            ...kept.copies.map((copies) => ({ connections: empty, copies, upperBoundMinutes: [] })),
          ]);
        }
      }),
      { numRuns: runs(8000) },
    );
  });
});
