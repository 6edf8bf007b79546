import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { heapBuffers } from "../../src/follow/batch-buffers.ts";
import { type Content, ContentDamaged } from "../../src/follow/content.ts";
import { ANCHOR_BYTES_MAX, FingerprintTracker } from "../../src/follow/fingerprint.ts";
import { type LineBatch, lineBatches } from "../../src/follow/line-batches.ts";
import { openContent } from "../../src/follow/open-content.ts";
import { lineBytesMax } from "../../src/model/limits.ts";
import { CheckedBuffers } from "./checked-buffers.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { logText } from "./read-all.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const LF = 0x0a;
/** What stays of a line that fits no buffer. */
const KEPT_BYTES = lineBytesMax + 1 + ANCHOR_BYTES_MAX;

/** A content that comes in the pieces that a test wants. */
class PiecewiseContent implements Content {
  readonly kind = "stdin";
  readonly path = "pieces";
  readonly device = 0;
  readonly inode = 0;
  readonly diskBytes = 0;
  readonly diskBytesRead = 0;
  readonly modifiedAt = 0;
  readonly #bytes: Buffer;
  readonly #pieces: readonly number[];
  readonly #damage: ContentDamaged | undefined;
  #offset = 0;
  #reads = 0;

  constructor(bytes: Buffer, pieces: readonly number[], damage?: ContentDamaged) {
    this.#bytes = bytes;
    this.#pieces = pieces;
    this.#damage = damage;
  }

  async read(into: Uint8Array, from: number): Promise<number> {
    const wanted = this.#pieces[this.#reads++ % this.#pieces.length]!;
    const end = Math.min(this.#offset + wanted, this.#offset + into.length - from);
    const piece = this.#bytes.subarray(this.#offset, end);
    if (piece.length === 0 && this.#damage !== undefined) throw this.#damage;
    into.set(piece, from);
    this.#offset += piece.length;
    return piece.length;
  }

  async skipTo(offset: number): Promise<void> {
    this.#offset = offset;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

type Cut = { readonly batches: LineBatch[]; readonly damage: unknown };

/** Counts batches as they come, and gives their buffers back. */
async function cut(content: Content, bufferBytes: number, endIsLine: boolean): Promise<Cut> {
  const batches: LineBatch[] = [];
  const buffers = new CheckedBuffers(bufferBytes);
  let damage: unknown;
  try {
    for await (const batch of lineBatches(content, { offset: 0, buffers, endIsLine })) {
      batches.push({ ...batch, bytes: Buffer.from(batch.bytes) });
      buffers.give(batch.bytes);
    }
  } catch (error) {
    damage = error;
  }
  expect(buffers.out, "buffers that nobody gave back").toBe(0);
  // One that is counted, one that is read into.
  expect(buffers.outMax).toBeLessThanOrEqual(2);
  return { batches, damage };
}

function linesIn(batches: readonly LineBatch[]): Buffer[] {
  return batches.flatMap(({ bytes, end }) => split(bytes.subarray(0, end), true));
}

/** By the book: what ends in a line feed is a line, and what is left when `endIsLine`. */
function split(bytes: Buffer, endIsLine: boolean): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  if (endIsLine && start < bytes.length) lines.push(bytes.subarray(start));
  return lines;
}

/** A line that fits no buffer is too long, and still recognised by its beginning and its end. */
function expectSameLines(actual: readonly Buffer[], expected: readonly Buffer[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, line] of actual.entries()) {
    const wanted = expected[index]!;
    if (line.equals(wanted)) continue;
    expect(wanted.length).toBeGreaterThan(KEPT_BYTES);
    expect(line.length).toBeGreaterThan(lineBytesMax);
    const head = lineBytesMax + 1;
    expect(line.subarray(0, head).equals(wanted.subarray(0, head))).toBe(true);
    expect(line.subarray(-ANCHOR_BYTES_MAX).equals(wanted.subarray(-ANCHOR_BYTES_MAX))).toBe(true);
  }
}

const short = fc.nat({ max: 300 });
const aroundTheLimit = fc.integer({ min: KEPT_BYTES - 600, max: KEPT_BYTES + 600 });
const long = fc.integer({ min: lineBytesMax, max: 4 * lineBytesMax });
const lineBytes = fc.oneof(
  { weight: 12, arbitrary: short },
  { weight: 1, arbitrary: aroundTheLimit },
  { weight: 1, arbitrary: long },
);

/** Lines of many bytes, each line feed where the lengths say. */
const content = fc
  .tuple(fc.array(lineBytes, { maxLength: 20 }), fc.nat({ max: 2000 }), fc.boolean())
  .map(([lengths, repeats, isFinished]) => {
    const ordinary = Buffer.from(`${"an ordinary line ".repeat(5)}\n`.repeat(repeats));
    const lines = lengths.map((length, index) =>
      Buffer.from(`${`${index}:`.repeat(length).slice(0, length)}\n`),
    );
    const bytes = Buffer.concat([...lines.slice(0, 5), ordinary, ...lines.slice(5)]);
    return isFinished ? bytes : bytes.subarray(0, Math.max(0, bytes.length - 1));
  });

const pieces = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 10 }),
  fc.constant([1_000_000]),
  fc.array(fc.integer({ min: 300, max: 5000 }), { minLength: 1, maxLength: 10 }),
);

const bufferBytes = fc.oneof(
  fc.integer({ min: KEPT_BYTES + 1, max: KEPT_BYTES + 50 }),
  fc.integer({ min: KEPT_BYTES + 1, max: 4 * lineBytesMax }),
);

describe("lineBatches()", () => {
  test("gives the same lines and offsets, however bytes come and whatever fits in", async () => {
    await fc.assert(
      fc.asyncProperty(
        content,
        pieces,
        bufferBytes,
        fc.boolean(),
        async (bytes, lengths, size, endIsLine) => {
          const { batches } = await cut(new PiecewiseContent(bytes, lengths), size, endIsLine);
          expectSameLines(linesIn(batches), split(bytes, endIsLine));
          const offsets = batches.map(({ endOffset }) => endOffset);
          expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
          const finished = bytes.lastIndexOf(LF) + 1;
          for (const offset of offsets.slice(0, -1)) expect(bytes[offset - 1]).toBe(LF);
          expect(offsets.at(-1) ?? 0).toBe(endIsLine ? bytes.length : finished);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("leaves a fingerprint that does not depend on it either", async () => {
    await fc.assert(
      fc.asyncProperty(content, pieces, bufferBytes, async (bytes, lengths, size) => {
        const tracker = new FingerprintTracker(Buffer.alloc(0), Buffer.alloc(0), 0);
        const { batches } = await cut(new PiecewiseContent(bytes, lengths), size, true);
        for (const { bytes: lines, end, endOffset } of batches) {
          tracker.pass(lines.subarray(0, end));
          expect(tracker.current()).toEqual(fingerprintOf(bytes.subarray(0, endOffset)));
        }
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ["nothing", "", []],
    ["one line", "a\n", ["a"]],
    ["an empty line", "\n", [""]],
    ["empty lines", "\n\na\n\n", ["", "", "a", ""]],
    ["CRLF, which is left to the parser", "a\r\nb\r\n", ["a\r", "b\r"]],
    ["bytes that are no text", "\xff\x00\xfe\n", ["\xff\x00\xfe"]],
  ])("reads %s", async (_, text, expected) => {
    const bytes = Buffer.from(text, "latin1");
    const { batches } = await cut(new PiecewiseContent(bytes, [1]), KEPT_BYTES + 1, false);
    expect(linesIn(batches).map((line) => line.toString("latin1"))).toEqual(expected);
  });

  test.each([
    [true, ["a", "b"], 3],
    [false, ["a"], 2],
  ])("takes what has no line end for a line: %s", async (endIsLine, expected, endOffset) => {
    const bytes = Buffer.from("a\nb");
    const { batches } = await cut(new PiecewiseContent(bytes, [10]), KEPT_BYTES + 1, endIsLine);
    expect(linesIn(batches).map(String)).toEqual(expected);
    expect(batches.at(-1)!.endOffset).toBe(endOffset);
  });

  test("counts from the offset that it was given", async () => {
    const content_ = new PiecewiseContent(Buffer.from("xxx\na\nbb\n"), [2]);
    await content_.skipTo(4);
    const buffers = heapBuffers(KEPT_BYTES + 1);
    const batches: LineBatch[] = [];
    for await (const batch of lineBatches(content_, { offset: 4, buffers, endIsLine: false })) {
      batches.push(batch);
    }
    expect(linesIn(batches).map(String)).toEqual(["a", "bb"]);
    expect(batches.at(-1)!.endOffset).toBe(9);
  });

  test("gives the whole lines of a damaged archive before it throws", async () => {
    const damage = new ContentDamaged("x.gz", "incorrect data check", {});
    const bytes = Buffer.from("a\nb\nhalf of a li");
    const { batches, damage: thrown } = await cut(
      new PiecewiseContent(bytes, [3], damage),
      KEPT_BYTES + 1,
      true,
    );
    expect(linesIn(batches).map(String)).toEqual(["a", "b"]);
    expect(batches.at(-1)!.endOffset).toBe(4);
    expect(thrown).toBe(damage);
  });
});

test("a content that is left early is not read any more when it is closed", async () => {
  using folder = new TemporaryFolder();
  const path = folder.write("syslog", "an ordinary line\n".repeat(50_000));
  const buffers = new CheckedBuffers(KEPT_BYTES + 1);
  for (let round = 0; round < 50; round++) {
    await using content = openContent(path);
    const batches = lineBatches(content, { offset: 0, buffers, endIsLine: false });
    // The next bytes are being read while the first batch is there.
    for await (const { bytes, end } of batches) {
      expect(end).toBeGreaterThan(0);
      buffers.give(bytes);
      break;
    }
    expect(buffers.out).toBe(0);
  }
});

describe("lineBatches() gives back each buffer that it did not hand out", () => {
  const ends = ["at the end", "after the first batch", "by a throw", "by damage"] as const;

  test("once, whenever it ends", async () => {
    await fc.assert(
      fc.asyncProperty(
        content,
        pieces,
        bufferBytes,
        fc.boolean(),
        fc.constantFrom(...ends),
        async (bytes, lengths, size, endIsLine, end) => {
          const damage = end === "by damage" ? new ContentDamaged("x", "y", {}) : undefined;
          const buffers = new CheckedBuffers(size);
          const settings = { offset: 0, buffers, endIsLine };
          const batches = lineBatches(new PiecewiseContent(bytes, lengths, damage), settings);
          try {
            for await (const batch of batches) {
              buffers.give(batch.bytes);
              if (end === "after the first batch") break;
              if (end === "by a throw") throw new RangeError("Nobody counts this");
            }
          } catch (error) {
            expect(error).toBeInstanceOf(end === "by damage" ? ContentDamaged : RangeError);
          }
          expect(buffers.out).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("when reading fails for another reason", async () => {
    const buffers = new CheckedBuffers(KEPT_BYTES + 1);
    const failing = new PiecewiseContent(Buffer.from("a\nb\n"), [1]);
    failing.read = () => Promise.reject(new Error("EIO"));
    const batches = lineBatches(failing, { offset: 0, buffers, endIsLine: true });
    await expect(batches.next()).rejects.toThrow("EIO");
    expect(buffers.out).toBe(0);
  });

  test("of an archive that is cut off, too", async () => {
    using folder = new TemporaryFolder();
    const whole = gzipSync(Buffer.concat([logText(30_000), Buffer.from("last\n")]));
    for (const kept of [0.2, 0.7, 0.999]) {
      const path = folder.write("syslog.2.gz", whole.subarray(0, whole.length * kept));
      const buffers = new CheckedBuffers(2 * KEPT_BYTES);
      await using archive = openContent(path);
      const read = async () => {
        for await (const { bytes } of lineBatches(archive, {
          offset: 0,
          buffers,
          endIsLine: true,
        })) {
          buffers.give(bytes);
        }
      };
      await expect(read()).rejects.toBeInstanceOf(ContentDamaged);
      expect(buffers.out).toBe(0);
    }
  });
});
