import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteDictionary } from "../../src/aggregate/byte-dictionary.ts";

function indexOf(dictionary: ByteDictionary, text: string): number {
  const bytes = Buffer.from(`<${text}>`);
  return dictionary.indexOf(bytes, 1, bytes.length - 1);
}

describe("ByteDictionary", () => {
  test("gives each name a number, in the order in which they come", () => {
    const dictionary = new ByteDictionary(10, "(other)");
    const names = ["worker-1", "worker-2", "worker-1", "", "worker-10", "", "worker-2"];
    expect(names.map((name) => indexOf(dictionary, name))).toEqual([0, 1, 0, 2, 3, 2, 1]);
    expect(dictionary.takeNew()).toEqual(["worker-1", "worker-2", "", "worker-10"]);
  });

  test("keeps names as they were when the caller uses its buffer again", () => {
    const dictionary = new ByteDictionary(10, "(other)");
    const buffer = Buffer.from("first ");
    expect(dictionary.indexOf(buffer, 0, 5)).toBe(0);
    buffer.write("second");
    expect(dictionary.indexOf(buffer, 0, 6)).toBe(1);
    buffer.write("first ");
    expect(dictionary.indexOf(buffer, 0, 5)).toBe(0);
    expect([dictionary.nameOf(0), dictionary.nameOf(1)]).toEqual(["first", "second"]);
  });

  test("keeps namesMax names apart, and further ones as the other", () => {
    const dictionary = new ByteDictionary(2, "(other)");
    const names = ["a", "b", "c", "d", "a", "", "b"];
    expect(names.map((name) => indexOf(dictionary, name))).toEqual([0, 1, 2, 2, 0, 2, 1]);
    expect(dictionary.takeNew()).toEqual(["a", "b", "(other)"]);
    expect(dictionary.nameOf(2)).toBe("(other)");
    expect(dictionary.size).toBe(3);
  });

  test("has no other as long as every name has a place", () => {
    const dictionary = new ByteDictionary(2, "(other)");
    indexOf(dictionary, "a");
    indexOf(dictionary, "b");
    indexOf(dictionary, "a");
    expect(dictionary.takeNew()).toEqual(["a", "b"]);
  });

  test("gives the names that are new since the last time", () => {
    const dictionary = new ByteDictionary(10, "(other)");
    indexOf(dictionary, "a");
    expect(dictionary.takeNew()).toEqual(["a"]);
    indexOf(dictionary, "a");
    expect(dictionary.takeNew()).toEqual([]);
    indexOf(dictionary, "b");
    expect(dictionary.takeNew()).toEqual(["b"]);
  });

  test("takes text for the bytes of its UTF-8", () => {
    const dictionary = new ByteDictionary(10, "(other)");
    expect(dictionary.indexOfText("nœud-1")).toBe(0);
    expect(indexOf(dictionary, "nœud-1")).toBe(0);
  });

  test("keeps bytes apart that are no text", () => {
    const dictionary = new ByteDictionary(10, "(other)");
    expect(dictionary.indexOf(Uint8Array.of(0xff), 0, 1)).toBe(0);
    expect(dictionary.indexOf(Uint8Array.of(0xfe), 0, 1)).toBe(1);
    expect(dictionary.takeNew()).toEqual(["\ufffd", "\ufffd"]);
  });

  test("answers as a Map does", () => {
    const name = fc.oneof(
      fc.nat({ max: 400 }).map((number) => `name-${number}`),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 500 }),
        fc.integer({ min: 1, max: 300 }),
        (names, max) => {
          const dictionary = new ByteDictionary(max, "(other)");
          const indexes = new Map<string, number>();
          for (const each of names) {
            if (!indexes.has(each) && indexes.size < max) indexes.set(each, indexes.size);
            expect(indexOf(dictionary, each)).toBe(indexes.get(each) ?? max);
          }
        },
      ),
    );
  });
});
