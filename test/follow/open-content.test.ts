import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openContent } from "../../src/follow/open-content.ts";
import { logText, readAll } from "./read-all.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const text = logText(20_000);
const half = logText(10_000, 2);

describe("openContent() reads", () => {
  test.each<[string, string, Uint8Array, "file" | "archive", Buffer]>([
    ["a log", "syslog", text, "file", text],
    ["gzip", "syslog.2.gz", gzipSync(text), "archive", text],
    ["zstd", "syslog.2.zst", zstdCompressSync(text), "archive", text],
    ["gzip whatever its name", "syslog", gzipSync(text), "archive", text],
    ["a log whatever its name", "syslog.gz", text, "file", text],
    [
      "gzip of several members",
      "all.gz",
      Buffer.concat([gzipSync(text), gzipSync(half), gzipSync("")]),
      "archive",
      Buffer.concat([text, half]),
    ],
    [
      "zstd of several frames",
      "all.zst",
      Buffer.concat([zstdCompressSync(text), zstdCompressSync(half)]),
      "archive",
      Buffer.concat([text, half]),
    ],
    [
      "gzip with zeros behind it, as on tape",
      "tape.gz",
      Buffer.concat([gzipSync(text), Buffer.alloc(512)]),
      "archive",
      text,
    ],
    ["gzip of nothing", "empty.gz", gzipSync(""), "archive", Buffer.alloc(0)],
    ["an empty file", "syslog", Buffer.alloc(0), "file", Buffer.alloc(0)],
    ["a file of one byte", "syslog", Buffer.of(0x1f), "file", Buffer.of(0x1f)],
    [
      "three bytes that begin like zstd",
      "syslog",
      Buffer.of(0x28, 0xb5, 0x2f),
      "file",
      Buffer.of(0x28, 0xb5, 0x2f),
    ],
  ])("%s", async (_, name, disk, kind, expected) => {
    using folder = new TemporaryFolder();
    const path = folder.write(name, disk);
    await using content = openContent(path);
    expect(content.kind).toBe(kind);
    const { bytes, damage } = await readAll(content);
    expect(damage).toBeUndefined();
    expect(bytes.length).toBe(expected.length);
    expect(bytes.equals(expected)).toBe(true);
  });

  test.each([
    ["a log", text],
    ["an archive", gzipSync(text)],
  ])("%s from an offset of its decompressed bytes", async (_, disk) => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", disk);
    for (const offset of [0, 1, 300_000, text.length - 1, text.length, text.length + 10]) {
      await using content = openContent(path);
      await content.skipTo(offset);
      const { bytes } = await readAll(content);
      expect(bytes.equals(text.subarray(offset))).toBe(true);
    }
  });

  test("what a symbolic link leads to", async () => {
    using folder = new TemporaryFolder();
    folder.write("syslog", "a\n");
    symlinkSync("syslog", folder.file("link"));
    await using content = openContent(folder.file("link"));
    expect((await readAll(content)).bytes.toString()).toBe("a\n");
  });

  test("which file it is, how large, how far it was read, and when it was written", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog.gz", gzipSync(text));
    utimesSync(path, 1_700_000_000, 1_700_000_000.5);
    const { dev, ino, size } = statSync(path);
    await using content = openContent(path);
    expect(content).toMatchObject({ path, device: dev, inode: ino, diskBytes: size });
    expect(content.modifiedAt).toBe(1_700_000_000_500_000);
    await readAll(content);
    expect(content.diskBytesRead).toBe(size);
  });
});

describe("openContent() refuses", () => {
  test.each([
    ["a file that is not there", "missing", "it does not exist; check its name"],
    ["a directory", "folder", "it is a directory; name the files in it"],
    ["a file below a file", "file/below", "a part of its path is not a folder"],
    ["links in a circle", "circle", "its symbolic links lead in a circle"],
    [
      "a FIFO, without waiting for it",
      "fifo",
      "it is not a regular file; give its content to standard input instead",
    ],
  ])("%s", (_, name, reason) => {
    using folder = new TemporaryFolder();
    folder.write("file", "a\n");
    mkdirSync(folder.file("folder"));
    symlinkSync("circle", folder.file("circle"));
    execFileSync("mkfifo", [folder.file("fifo")]);
    const path = folder.file(name);
    expect(() => openContent(path)).toThrow(new Error(`Cannot read log "${path}": ${reason}`));
  });

  test("a device", () => {
    expect(() => openContent("/dev/null")).toThrow(
      /^Cannot read log "\/dev\/null": it is not a regular file/,
    );
  });

  test("a file that may not be read", () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\n");
    chmodSync(path, 0o000);
    chmodSync(folder.path, 0o755);
    // Root may read everything, and is somebody else for this moment.
    if (isRoot) process.seteuid!(NOBODY);
    try {
      expect(() => openContent(path)).toThrow(
        new Error(
          `Cannot read log "${path}": permission denied; run as root or as a member of its group`,
        ),
      );
    } finally {
      if (isRoot) process.seteuid!(0);
    }
  });
});
