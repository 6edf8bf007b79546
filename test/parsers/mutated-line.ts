import fc from "fast-check";
import { commonKinds, sampleLines } from "./sample-lines.ts";

/** Bytes that mean something to the grammar; a line feed would make two lines of one. */
const telling = Array.from(Buffer.from(" 0159.:=[]()-+xafIODTZ\t\r<>m"));

const byte = fc.oneof(
  fc.constantFrom(...telling),
  fc.integer({ min: 0, max: 255 }).filter((value) => value !== 0x0a),
);

type Mutation = (line: Buffer) => Buffer;

/** Not fc.double(), of which nearly all are next to 0. */
const place = fc.integer({ min: 0, max: 9999 }).map((share) => share / 10_000);

function splice(line: Buffer, from: number, removed: number, added: readonly number[]): Buffer {
  return Buffer.concat([line.subarray(0, from), Buffer.from(added), line.subarray(from + removed)]);
}

function at(line: Buffer, share: number): number {
  return Math.floor(share * line.length);
}

const flip = fc.tuple(place, byte).map(
  ([share, value]): Mutation =>
    (line) =>
      splice(line, at(line, share), 1, [value]),
);
const remove = fc.tuple(place, fc.integer({ min: 1, max: 12 })).map(
  ([share, count]): Mutation =>
    (line) =>
      splice(line, at(line, share), count, []),
);
const insert = fc.tuple(place, fc.array(byte, { minLength: 1, maxLength: 4 })).map(
  ([share, values]): Mutation =>
    (line) =>
      splice(line, at(line, share), 0, values),
);

/** Doubles a word, or puts it elsewhere: `SRC=1.2.3.4 SRC=1.2.3.4`. */
const repeatWord = fc.tuple(place, place).map(
  ([from, to]): Mutation =>
    (line) => {
      const words = line.toString("latin1").split(" ");
      const word = words[Math.floor(from * words.length)]!;
      return Buffer.from(
        words.toSpliced(Math.floor(to * words.length), 0, word).join(" "),
        "latin1",
      );
    },
);

const dropWord = place.map(
  (share): Mutation =>
    (line) => {
      const words = line.toString("latin1").split(" ");
      return Buffer.from(words.toSpliced(Math.floor(share * words.length), 1).join(" "), "latin1");
    },
);

/** Makes a number longer than it can be. */
const growDigits = fc
  .tuple(place, fc.array(fc.integer({ min: 0x30, max: 0x39 }), { minLength: 1, maxLength: 12 }))
  .map(
    ([share, digits]): Mutation =>
      (line) => {
        const numbers = [...line.toString("latin1").matchAll(/\d+/g)];
        const number = numbers[Math.floor(share * numbers.length)];
        return number === undefined ? line : splice(line, number.index, 0, digits);
      },
  );

const mutation = fc.oneof(flip, remove, insert, repeatWord, dropWord, growDigits);

const sampleLine = fc.oneof(fc.constantFrom(...sampleLines), fc.constantFrom(...commonKinds));

/** A sample line that something happened to, up to three times. */
export const mutatedLine: fc.Arbitrary<Buffer> = fc
  .tuple(sampleLine, fc.array(mutation, { maxLength: 3 }))
  .map(([line, mutations]) =>
    mutations.reduce<Buffer>((bytes, mutate) => mutate(bytes), Buffer.from(line, "latin1")),
  )
  .map(shownAsText);

/** A counterexample is a line that one can read, and paste into a table of cases. */
function shownAsText(bytes: Buffer): Buffer {
  const value = () => JSON.stringify(bytes.toString("latin1"));
  return Object.defineProperty(bytes, fc.toStringMethod, { value });
}
