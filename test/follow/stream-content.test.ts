import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { StreamContent } from "../../src/follow/stream-content.ts";
import { logText, readAll } from "./read-all.ts";

describe("standard input", () => {
  test("gives its pieces as one content", async () => {
    const pieces = ["a\n", "", "b", "\nc\n"].map((piece) => Buffer.from(piece));
    await using content = await StreamContent.stdin(
      Readable.from(pieces, { objectMode: false }),
      5,
    );
    expect(content).toMatchObject({ kind: "stdin", path: "standard input", modifiedAt: 5 });
    expect(await readAll(content)).toEqual({ bytes: Buffer.from("a\nb\nc\n"), damage: undefined });
  });

  test.each([
    ["gzip", 1, gzipSync],
    ["gzip", 1000, gzipSync],
    ["zstd", 3, zstdCompressSync],
    ["zstd", 1000, zstdCompressSync],
  ] as const)("may be %s, also when its first piece has %i bytes", async (_, first, compress) => {
    const text = logText(5000);
    const disk = compress(text);
    const pieces = [disk.subarray(0, first), disk.subarray(first)];
    await using content = await StreamContent.stdin(Readable.from(pieces), 0);
    expect((await readAll(content)).bytes.equals(text)).toBe(true);
  });

  test("may be empty", async () => {
    await using content = await StreamContent.stdin(Readable.from([]), 0);
    expect(await readAll(content)).toEqual({ bytes: Buffer.alloc(0), damage: undefined });
  });

  test("gives what there is, and waits for what is still to come", async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push("first");
    await using content = await StreamContent.stdin(stream, 0);
    const buffer = Buffer.alloc(100);
    expect(await content.read(buffer, 0)).toBe(5);
    const reading = content.read(buffer, 5);
    await sleep(10);
    stream.push("second");
    expect(await reading).toBe(6);
    stream.push(null);
    expect(await content.read(buffer, 11)).toBe(0);
    expect(buffer.toString("utf8", 0, 11)).toBe("firstsecond");
  });

  test("is not read into memory faster than it is counted", async () => {
    let made = 0;
    const stream = new Readable({
      highWaterMark: 64 * 1024,
      read() {
        made += 64 * 1024;
        this.push(made > 64 * 1024 * 1024 ? null : Buffer.alloc(64 * 1024, "x"));
      },
    });
    await using content = await StreamContent.stdin(stream, 0);
    await content.read(Buffer.alloc(1000), 0);
    await sleep(50);
    expect(made).toBeLessThan(4 * 1024 * 1024);
    expect((await readAll(content)).bytes.length).toBe(64 * 1024 * 1024 - 1000);
  });

  test("says what is wrong when it breaks, after what came before", async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push("first\n");
    await using content = await StreamContent.stdin(stream, 0);
    setImmediate(() => stream.destroy(new Error("read EIO")));
    const { bytes, damage } = await readAll(content);
    expect(bytes.toString()).toBe("first\n");
    expect(damage?.message).toBe('Cannot read all of "standard input": read EIO');
  });
});
