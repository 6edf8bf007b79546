import {
  constants,
  crc32,
  deflateRawSync,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { describe, expect, test } from "vitest";
import { countedAlone, expectCounts, expectUnchanged, Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { outputOf } from "./program.ts";
import { statusOf } from "./queries.ts";

const many = denialLines({ lines: 8000 });
/** Less than is ever held back between the decompressor and the parser. */
const some = denialLines({ lines: 3000 });
const few = denialLines({ lines: 50 });

type Case = {
  readonly name: string;
  readonly lines: readonly string[];
  readonly damaged: Uint8Array;
  readonly sound: Uint8Array;
  /** Lines at least that must come out of the damaged one. */
  readonly least: number;
};

const gzipOfMany = gzipSync(many.join(""));
const gzipOfSome = paddedGzip(some, 8);
const gzipOfFew = gzipSync(few.join(""));
const zstdOfMany = zstdCompressSync(many.join(""), {
  params: { [constants.ZSTD_c_checksumFlag]: 1 },
});

const cases: readonly Case[] = [
  {
    name: "gzip cut in the middle",
    lines: many,
    damaged: gzipOfMany.subarray(0, gzipOfMany.length / 2),
    sound: gzipOfMany,
    least: linesBefore(gzipOfMany, gzipOfMany.length / 2),
  },
  {
    name: "gzip without its last 20 bytes",
    lines: many,
    damaged: gzipOfMany.subarray(0, -20),
    sound: gzipOfMany,
    least: linesBefore(gzipOfMany, -20),
  },
  {
    name: "gzip without its trailer",
    lines: many,
    damaged: gzipOfMany.subarray(0, -8),
    sound: gzipOfMany,
    least: many.length,
  },
  {
    name: "gzip with a wrong CRC",
    lines: many,
    damaged: withFlippedByte(gzipOfMany, -8),
    sound: gzipOfMany,
    // What comes with the trailer in one piece of input cannot be had from zlib.
    least: linesBefore(gzipOfMany, -8192),
  },
  {
    name: "gzip whose wrong CRC comes in a piece of its own",
    lines: some,
    damaged: withFlippedByte(gzipOfSome, -8),
    sound: gzipOfSome,
    least: some.length,
  },
  {
    name: "short gzip with a wrong CRC",
    lines: few,
    damaged: withFlippedByte(gzipOfFew, -8),
    sound: gzipOfFew,
    least: 0,
  },
  {
    name: "short gzip cut in the middle",
    lines: few,
    damaged: gzipOfFew.subarray(0, gzipOfFew.length / 2),
    sound: gzipOfFew,
    least: linesBefore(gzipOfFew, gzipOfFew.length / 2),
  },
  {
    name: "gzip with nothing behind its magic",
    lines: few,
    damaged: gzipOfFew.subarray(0, 2),
    sound: gzipOfFew,
    least: 0,
  },
  {
    name: "zstd cut in the middle",
    lines: many,
    damaged: zstdOfMany.subarray(0, zstdOfMany.length / 2),
    sound: zstdOfMany,
    least: 2500,
  },
  {
    name: "zstd with a wrong checksum",
    lines: many,
    damaged: withFlippedByte(zstdOfMany, -1),
    sound: zstdOfMany,
    least: 6500,
  },
];

describe("import of a damaged archive", () => {
  test.for(cases)(
    "$name: counts what it can, keeps a loss, and goes on when it is repaired",
    async ({ lines, damaged, sound, least }) => {
      using place = new Place();
      const archive = place.write("syslog.2", damaged);
      const first = await place.import(archive);
      const { losses, sources, conservation } = await statusOf(place.path("db"));

      expect(first.status).toBe(1);
      expect(first.stderr).toContain(`Cannot read all of "${archive}"`);
      expect(first.stderr).toContain("import a sound copy");
      expect(conservation.lines.denials).toBeGreaterThanOrEqual(least);
      expect(losses).toMatchObject([{ reason: "archive-corrupt", source: archive }]);
      expect(losses[0]).not.toHaveProperty("recoveredAt");
      expect(sources).toHaveLength(1);
      // What is counted is the beginning of the content, whole lines of it.
      const { read } = conservation.lines;
      const counted = read === lines.length ? lines : lines.slice(0, read);
      expect(losses[0]!.offset).toBe(counted.join("").length);
      expectCounts(place.counted(), await countedAlone(counted));

      const before = place.counted();
      const second = await place.import(archive);
      expect(second.status).toBe(1);
      expectUnchanged(place.counted(), before);

      // What gave no byte has no content to be known by: only its name can tell.
      const repaired = place.write(least === 0 ? "syslog.2" : "repaired", sound);
      const third = await place.import(repaired);
      const { losses: lossesAfter } = await statusOf(place.path("db"));
      expect(third.status, third.stderr).toBe(0);
      expectCounts(place.counted(), await countedAlone(lines));
      expect(lossesAfter).toHaveLength(1);
      expect(lossesAfter[0]).toHaveProperty("recoveredAt");
    },
  );

  test("what a flipped byte made of the content is in the ledger, and counts once", async () => {
    using place = new Place();
    const damaged = withFlippedByte(gzipOfMany, gzipOfMany.length / 2);
    const first = await place.import(place.write("syslog.2.gz", damaged));
    const before = place.counted();
    const sound = await place.import(place.write("sound.gz", gzipOfMany));

    expect(first.status).toBe(1);
    expect((await statusOf(place.path("db"))).losses).toMatchObject([
      { reason: "archive-corrupt" },
    ]);
    // Its content differs from what was counted, so nobody can tell where to go on.
    expect(sound.status).toBe(1);
    expect(sound.stderr).toContain("use --again");
    expectUnchanged(place.counted(), before);
  });

  test("totals are a lower bound as long as the loss is not recovered", async () => {
    using place = new Place();
    await place.import(place.write("syslog.2.gz", gzipOfMany.subarray(0, gzipOfMany.length / 2)));
    const before = await outputOf(["flows", "--db", place.path("db")]);
    await place.import(place.write("syslog.2.gz", gzipOfMany));
    const after = await outputOf(["flows", "--db", place.path("db")]);

    expect(before).toMatch(/^at least [\d,]+ packets denied/);
    expect(after).toMatch(/^8,000 packets denied/);
  });

  test("the plain file that the archive was made of recovers the loss, too", async () => {
    using place = new Place();
    await place.import(place.write("syslog.2.gz", gzipOfMany.subarray(0, gzipOfMany.length / 2)));
    const { status, stderr } = await place.import(place.write("syslog.1", many));

    expect(status, stderr).toBe(0);
    expectCounts(place.counted(), await countedAlone(many));
    expect((await statusOf(place.path("db"))).losses).toMatchObject([
      { recoveredAt: expect.any(String) },
    ]);
  });

  test("the other files of the command are imported all the same", async () => {
    using place = new Place();
    const archive = place.write("syslog.2.gz", gzipOfMany.subarray(0, 2));
    const { status } = await place.import(archive, place.write("syslog.1", few));

    expect(status).toBe(1);
    expectCounts(place.counted(), await countedAlone(few));
  });

  test("an archive of several members is read to its end", async () => {
    using place = new Place();
    const halves = [few.slice(0, 20), few.slice(20)].map((half) => gzipSync(half.join("")));
    const { status, stderr } = await place.import(place.write("a.gz", Buffer.concat(halves)));

    expect(status, stderr).toBe(0);
    expectCounts(place.counted(), await countedAlone(few));
  });
});

/** Whole lines in the beginning of a gzip file, up to an index that may count from the end. */
function linesBefore(archive: Uint8Array, index: number): number {
  const text = gunzipSync(archive.subarray(0, index), { finishFlush: constants.Z_SYNC_FLUSH });
  return text.toString().split("\n").length - 1;
}

/** A copy; a negative index counts from the end. */
function withFlippedByte(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = Math.floor(index < 0 ? bytes.length + index : index);
  copy[at] = copy[at]! ^ 0xff;
  return copy;
}

/**
 * A gzip file (RFC 1952) with a comment so long that its last `alone` bytes come in a read of their
 * own, whatever the size of the reads is: all powers of two up to 64 KiB divide what is before.
 */
function paddedGzip(lines: readonly string[], alone: number): Uint8Array {
  const READ_BYTES_MAX = 64 * 1024;
  const HAS_COMMENT = 16;
  const content = Buffer.from(lines.join(""));
  const header = Buffer.from([0x1f, 0x8b, 8, HAS_COMMENT, 0, 0, 0, 0, 0, 255]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  const body = deflateRawSync(content);
  const bytes = header.length + 1 + body.length + trailer.length - alone;
  const comment = Buffer.alloc(READ_BYTES_MAX - (bytes % READ_BYTES_MAX) + 1, "c");
  comment[comment.length - 1] = 0;
  return Buffer.concat([header, comment, body, trailer]);
}
