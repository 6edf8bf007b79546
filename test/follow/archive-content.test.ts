import { constants, gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openContent } from "../../src/follow/open-content.ts";
import { logText, type ReadContent, readAll } from "./read-all.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const text = logText(20_000);
const archive = gzipSync(text);

async function readArchive(disk: Uint8Array): Promise<ReadContent> {
  using folder = new TemporaryFolder();
  await using content = openContent(folder.write("syslog.gz", disk));
  return await readAll(content);
}

/** How many bytes of a cut archive zlib can decode at all. */
function decodableBytes(disk: Buffer): number {
  const isHeader = disk.length <= 10;
  return isHeader ? 0 : gunzipSync(disk, { finishFlush: constants.Z_SYNC_FLUSH }).length;
}

describe("a gzip archive that ends early gives all that can be decoded", () => {
  test.each([
    ["without its length", archive.length - 4],
    ["without its check sum", archive.length - 8],
    ["in its last bytes", archive.length - 9],
    ["in its last piece", archive.length - 3000],
    ["in the middle", archive.length >> 1],
    ["at the end of 64 KiB", 65_536],
    ["just behind 64 KiB", 65_537],
    ["just before 64 KiB", 65_535],
    ["in its first block", 500],
    ["behind its header", 10],
    ["in its header", 5],
    ["behind its magic number", 2],
  ])("%s", async (_, length) => {
    const disk = archive.subarray(0, length);
    const { bytes, damage } = await readArchive(disk);
    expect(damage?.reason).toBe("unexpected end of file");
    expect(bytes.length).toBe(decodableBytes(disk));
    expect(text.subarray(0, bytes.length).equals(bytes)).toBe(true);
  });

  test("anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: archive.length - 1 }), async (length) => {
        const disk = archive.subarray(0, length);
        const { bytes, damage } = await readArchive(disk);
        expect(damage?.reason).toBe("unexpected end of file");
        expect(bytes.length).toBe(decodableBytes(disk));
        expect(text.subarray(0, bytes.length).equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe("an archive that was damaged", () => {
  test("gives everything when only its check sum is wrong", async () => {
    const disk = Buffer.from(archive);
    disk[disk.length - 8]! ^= 1;
    const { bytes, damage } = await readArchive(disk);
    expect(damage?.reason).toBe("incorrect data check");
    expect(damage?.message).toMatch(/^Cannot read all of ".*syslog.gz": incorrect data check$/);
    expect(bytes.equals(text)).toBe(true);
  });

  test.each([0.1, 0.5, 0.9])("gives what stands before the damage, at %d of it", async (share) => {
    const disk = Buffer.from(archive);
    const at = Math.floor(disk.length * share);
    disk.fill(0xff, at, at + 100);
    const { bytes, damage } = await readArchive(disk);
    expect(damage).toBeDefined();
    // The last code before the damage may need a few bits more to be told.
    const certain = decodableBytes(archive.subarray(0, at - 8));
    expect(bytes.length).toBeGreaterThanOrEqual(certain);
    expect(bytes.subarray(0, certain).equals(text.subarray(0, certain))).toBe(true);
  });

  test("gives its first members and what can be decoded of the last", async () => {
    const last = gzipSync(logText(1000, 3)).subarray(0, -100);
    const { bytes, damage } = await readArchive(Buffer.concat([archive, last]));
    expect(damage?.reason).toBe("unexpected end of file");
    expect(bytes.subarray(0, text.length).equals(text)).toBe(true);
    expect(bytes.length).toBe(text.length + decodableBytes(last));
  });

  test.each([0.25, 0.5, 0.999])("gives the beginning of zstd that was cut at %d", async (share) => {
    const disk = zstdCompressSync(text);
    const { bytes, damage } = await readArchive(disk.subarray(0, Math.floor(disk.length * share)));
    expect(damage?.reason).toBe("unexpected end of file");
    expect(text.subarray(0, bytes.length).equals(bytes)).toBe(true);
    // A block of zstd is decoded as a whole, and has 128 KiB at most.
    expect(bytes.length).toBeGreaterThan(text.length * share - 256 * 1024);
  });

  test.each([
    ["gzip", archive],
    ["zstd", zstdCompressSync(text)],
  ])("gives everything, and says that something else stands behind it: %s", async (_, disk) => {
    const { bytes, damage } = await readArchive(Buffer.concat([disk, Buffer.from("something")]));
    expect(bytes.equals(text)).toBe(true);
    expect(damage).toBeDefined();
  });

  test("throws each time that somebody reads on", async () => {
    using folder = new TemporaryFolder();
    await using content = openContent(folder.write("syslog.gz", archive.subarray(0, 1000)));
    await readAll(content);
    for (let round = 0; round < 2; round++) {
      await expect(content.read(Buffer.alloc(10), 0)).rejects.toThrow("unexpected end of file");
    }
  });

  test("can be skipped up to where it can be read", async () => {
    using folder = new TemporaryFolder();
    await using content = openContent(folder.write("syslog.gz", archive.subarray(0, 50_000)));
    await expect(content.skipTo(text.length)).rejects.toThrow("unexpected end of file");
  });
});

test("an archive that expands enormously is not read into memory", async () => {
  using folder = new TemporaryFolder();
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, "a"));
  await using content = openContent(folder.write("bomb.gz", bomb));
  const { arrayBuffers: before } = process.memoryUsage();
  await content.read(Buffer.alloc(1000), 0);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
});
