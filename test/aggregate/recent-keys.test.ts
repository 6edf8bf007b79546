import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HALF_KEY_WORDS, RECENT_KEY_WORDS, RecentKeys } from "../../src/aggregate/recent-keys.ts";
import { runs } from "../long-run.ts";

const IPV4 = 4 << 16;
const IPV6 = 6 << 16;

function isKnown(keys: RecentKeys, words: readonly number[], time: number): boolean {
  // Behind another key, as in a group of lines.
  const at = RECENT_KEY_WORDS;
  const placed = new Int32Array(2 * RECENT_KEY_WORDS).fill(7);
  placed.set(words, at);
  return keys.isKnown(placed, at, keys.hashOf(placed, at), time);
}

/** An IPv4 key, told apart by one number. */
const key4 = (number: number) => [IPV4, number, 0, 0, 0, 0];
const key6 = (number: number, high: number) => [IPV6, number, 0, 0, 0, 0, high, 0, 0, 0, 0, 0];

/** What a process after this one knows: it loads the entries that are remembered. */
function reloaded(keys: RecentKeys, entriesMax: number): RecentKeys {
  const copy = new RecentKeys(entriesMax, 100);
  const places = keys.times.length;
  for (let ordinal = keys.keepFrom; ordinal < keys.total; ordinal++) {
    const at = (ordinal % places) * HALF_KEY_WORDS;
    copy.key.set(keys.words.subarray(at, at + HALF_KEY_WORDS));
    copy.key.set(keys.ipv6Words.subarray(at, at + HALF_KEY_WORDS), HALF_KEY_WORDS);
    copy.load(ordinal, keys.times[ordinal % places]!);
  }
  if (keys.total > 0) copy.forgottenTime = keys.forgottenTime;
  return copy;
}

describe("RecentKeys", () => {
  test("knows a key within the window of when it was first met", () => {
    const keys = new RecentKeys(8, 100);
    const times = [0, 100, 101, 150, 201, 202, 101];
    expect(times.map((time) => isKnown(keys, key4(1), time))).toEqual([
      false,
      true,
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  test("tells IPv6 keys apart by all their words, IPv4 keys by the first six", () => {
    const keys = new RecentKeys(8, 100);
    expect(isKnown(keys, key6(1, 1), 0)).toBe(false);
    expect(isKnown(keys, key6(1, 2), 0)).toBe(false);
    expect(isKnown(keys, key6(1, 1), 0)).toBe(true);
    expect(isKnown(keys, key4(1), 0)).toBe(false);
    // What an IPv6 key left behind the words of an IPv4 key does not matter.
    expect(isKnown(keys, key6(9, 9), 0)).toBe(false);
    expect(isKnown(keys, key4(1), 0)).toBe(true);
  });

  test("remembers at least the last entriesMax keys, at most twice as many", () => {
    const keys = new RecentKeys(4, 100);
    for (let number = 0; number < 12; number++) isKnown(keys, key4(number), 0);
    const known = (number: number) => isKnown(reloaded(keys, 4), key4(number), 0);
    expect([3, 7, 8, 11].map(known)).toEqual([false, false, true, true]);
  });

  test("says how new what it forgot last was", () => {
    const keys = new RecentKeys(2, 100);
    for (const time of [5, 9, 20, 21]) isKnown(keys, key4(time), time);
    expect(keys.forgottenTime).toBe(9);
    for (const time of [30, 31]) isKnown(keys, key4(time), time);
    expect(keys.forgottenTime).toBe(21);
  });

  test("has its entries in a ring, the first that is remembered at keepFrom", () => {
    const keys = new RecentKeys(4, 100);
    const kept: number[][] = [];
    for (let number = 0; number < 22; number++) {
      isKnown(keys, key4(number), number);
      const { keepFrom, total, words, times } = keys;
      const numbers = Array.from({ length: total - keepFrom }, (_, row) => {
        const place = (keepFrom + row) % times.length;
        expect(times[place]).toBe(words[place * HALF_KEY_WORDS + 1]);
        return times[place]!;
      });
      expect(total).toBe(number + 1);
      kept.push([keepFrom, ...numbers]);
    }
    expect([0, 3, 7, 8, 10, 21].map((number) => kept[number])).toEqual([
      [0, 0],
      [0, 0, 1, 2, 3],
      [4, 4, 5, 6, 7],
      [4, 4, 5, 6, 7, 8],
      [4, 4, 5, 6, 7, 8, 9, 10],
      [16, 16, 17, 18, 19, 20, 21],
    ]);
  });

  test("finds every key of a full table", () => {
    const keys = new RecentKeys(65_536, 100);
    const count = 65_535;
    for (let number = 0; number < count; number++) {
      expect(isKnown(keys, key4(Math.imul(number, 0x9e3779b1)), 0)).toBe(false);
    }
    for (let number = 0; number < count; number++) {
      expect(isKnown(keys, key4(Math.imul(number, 0x9e3779b1)), 0)).toBe(true);
    }
  });

  const key = fc.oneof(
    fc.nat({ max: 9 }).map(key4),
    fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 1 })).map(([low, high]) => key6(low, high)),
  );
  const step = fc.record({
    key,
    wait: fc.integer({ min: -20, max: 60 }),
    ends: fc.constantFrom("no", "no", "process"),
  });

  test("answers the same in one process as in many", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 4, 8), fc.array(step), (entriesMax, steps) => {
        const once = new RecentKeys(entriesMax, 100);
        let often = new RecentKeys(entriesMax, 100);
        let time = 0;
        for (const { key: words, wait, ends } of steps) {
          time += wait;
          expect(isKnown(often, words, time)).toBe(isKnown(once, words, time));
          if (ends === "process") often = reloaded(often, entriesMax);
        }
      }),
      { numRuns: runs(8000) },
    );
  });

  test("remembers like a list of all keys that is cut at its old end", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 4, 8), fc.array(step), (entriesMax, steps) => {
        const keys = new RecentKeys(entriesMax, 100);
        const list: { text: string; time: number }[] = [];
        let time = 0;
        for (const { key: words, wait } of steps) {
          time += wait;
          const base = Math.floor(list.length / entriesMax) * entriesMax;
          const text = words.join();
          const current = list.slice(base).findLast((entry) => entry.text === text);
          const previous = list
            .slice(Math.max(0, base - entriesMax), base)
            .findLast((entry) => entry.text === text);
          const entry = current ?? previous;
          const expected = entry !== undefined && Math.abs(time - entry.time) <= 100;
          expect(isKnown(keys, words, time)).toBe(expected);
          if (!expected) list.push({ text, time });
        }
      }),
      { numRuns: runs(4000) },
    );
  });
});
