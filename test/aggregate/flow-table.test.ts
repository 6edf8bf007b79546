import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlowTable } from "../../src/aggregate/flow-table.ts";
import {
  FLOW_DST,
  FLOW_IN,
  FLOW_OUT,
  FLOW_PORT,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
  FLOW_WORDS,
  FLOW_WORDS_IPV4,
} from "../../src/model/flow-key.ts";
import { LINE_WORDS } from "../../src/model/line-words.ts";
import { runs } from "../long-run.ts";

const TCP = 6;

type Key = { readonly family: 4 | 6; readonly words: Readonly<Record<number, number>> };

/** Places of lines; the one that is used is not the first. */
const lines = new Int32Array(2 * LINE_WORDS);
const AT = LINE_WORDS;

/** Writes what a caller writes: the first words of IPv4, all words of IPv6. */
function indexOf(table: FlowTable, { family, words }: Key): number {
  const length = family === 6 ? FLOW_WORDS : FLOW_WORDS_IPV4;
  for (let word = 0; word < length; word++) lines[AT + word] = words[word] ?? 0;
  lines[AT + FLOW_PROTOCOL] = (family << 16) | (TCP + 1);
  return table.indexOf(lines, AT, table.hashOf(lines, AT));
}

/** Of the flows so far. */
function wordsOf({ count, words }: FlowTable): Int32Array {
  return words.subarray(0, count * FLOW_WORDS);
}

const key4 = (words: Key["words"]): Key => ({ family: 4, words });
const key6 = (words: Key["words"]): Key => ({ family: 6, words });

describe("FlowTable", () => {
  test("numbers flows in the order in which they come", () => {
    const table = new FlowTable();
    const a = key4({ [FLOW_SRC]: 1 });
    const b = key4({ [FLOW_SRC]: 2 });
    expect([a, b, a, b].map((key) => indexOf(table, key))).toEqual([0, 1, 0, 1]);
    expect(table.count).toBe(2);
  });

  test.each([FLOW_SRC, FLOW_DST, FLOW_PORT, 4, 5, FLOW_IN, FLOW_IN + 3, FLOW_OUT, FLOW_OUT + 3])(
    "tells IPv4 flows apart by word %i",
    (word) => {
      const table = new FlowTable();
      const keys = [key4({}), key4({ [word]: 1 }), key4({ [word]: -1 }), key4({})];
      expect(keys.map((key) => indexOf(table, key))).toEqual([0, 1, 2, 0]);
    },
  );

  test.each([1, 5, FLOW_OUT + 3, FLOW_SRC_HIGH, FLOW_WORDS - 1])(
    "tells IPv6 flows apart by word %i",
    (word) => {
      const table = new FlowTable();
      const keys = [key6({}), key6({ [word]: 1 }), key6({ [word]: -1 }), key6({})];
      expect(keys.map((key) => indexOf(table, key))).toEqual([0, 1, 2, 0]);
    },
  );

  test("tells IPv4 from IPv6 with the same low words, in any order", () => {
    const table = new FlowTable();
    const low = { [FLOW_SRC]: 0x0a000001, [FLOW_DST]: 0x0a000002 };
    const high = { ...low, [FLOW_SRC_HIGH]: 0x20010db8 };
    const keys = [key6(high), key4(low), key6(low), key4(low), key6(high), key6(low)];
    expect(keys.map((key) => indexOf(table, key))).toEqual([0, 1, 2, 1, 0, 2]);
  });

  test("keeps nothing of an IPv6 key in the IPv4 key after it", () => {
    const table = new FlowTable();
    indexOf(table, key6({ [FLOW_SRC_HIGH]: 7, [FLOW_WORDS - 1]: 8 }));
    indexOf(table, key4({ [FLOW_SRC]: 1 }));
    expect([...wordsOf(table).subarray(FLOW_WORDS + FLOW_WORDS_IPV4)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("has each key once, in the order of their numbers", () => {
    const table = new FlowTable();
    for (const src of [11, 12, 12, 13, 11]) indexOf(table, key4({ [FLOW_SRC]: src }));
    const words = wordsOf(table);
    expect([0, 1, 2].map((flow) => words[flow * FLOW_WORDS + FLOW_SRC])).toEqual([11, 12, 13]);
    expect(table.count).toBe(3);
  });

  test("finds a key whose hash another one has too", () => {
    const table = new FlowTable();
    const numberOf = (src: number) => {
      lines.fill(0);
      lines[AT + FLOW_PROTOCOL] = (4 << 16) | (TCP + 1);
      lines[AT + FLOW_SRC] = src;
      return table.indexOf(lines, AT, 7);
    };
    expect([1, 2, 3, 2, 1, 3].map(numberOf)).toEqual([0, 1, 2, 1, 0, 2]);
  });

  test("finds every one of many flows, also after it grew", () => {
    const table = new FlowTable();
    const keyOf = (index: number): Key => ({
      family: index % 3 === 0 ? 6 : 4,
      words: { [FLOW_SRC]: index >> 6, [FLOW_DST]: index & 63, [FLOW_SRC_HIGH]: index },
    });
    for (let index = 0; index < 20_000; index++) expect(indexOf(table, keyOf(index))).toBe(index);
    for (let index = 0; index < 20_000; index++) expect(indexOf(table, keyOf(index))).toBe(index);
    const words = wordsOf(table);
    expect([table.count, words.length]).toEqual([20_000, 20_000 * FLOW_WORDS]);
    expect(words[19_999 * FLOW_WORDS + FLOW_DST]).toBe(19_999 & 63);
  });

  test("answers as a Map does", () => {
    const word = fc.constantFrom(0, 1, -1, 0x10000);
    const key = fc.record({
      family: fc.constantFrom<4 | 6>(4, 6),
      words: fc.dictionary(fc.integer({ min: 1, max: FLOW_WORDS - 1 }).map(String), word, {
        maxKeys: 3,
      }),
    });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 100 }), (keys) => {
        const table = new FlowTable();
        const indexes = new Map<string, number>();
        for (const each of keys) {
          const length = each.family === 6 ? FLOW_WORDS : FLOW_WORDS_IPV4;
          const words = Array.from({ length }, (_, at) => (at === 0 ? 0 : (each.words[at] ?? 0)));
          const text = `${each.family} ${words.join()}`;
          if (!indexes.has(text)) indexes.set(text, indexes.size);
          expect(indexOf(table, each)).toBe(indexes.get(text));
        }
      }),
      { numRuns: runs(1200) },
    );
  });
});
