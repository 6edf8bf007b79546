import { createHash } from "node:crypto";
import { copyFileSync, renameSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ANCHOR_BYTES_MAX, HEAD_BYTES_MAX } from "../../src/follow/fingerprint.ts";
import { openContent } from "../../src/follow/open-content.ts";
import { recognise } from "../../src/follow/recognise.ts";
import type { Checkpoint } from "../../src/model/counted-batch.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { logText } from "./read-all.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const text = logText(2000);

/** The checkpoint after `bytes` had been counted. */
function checkpointOf(bytes: Buffer, other: Partial<Checkpoint> = {}): Checkpoint {
  return {
    source: 1,
    path: "/var/log/syslog",
    kind: "file",
    device: 0,
    inode: 0,
    offset: bytes.length,
    ...fingerprintOf(bytes),
    lossHash: "",
    cursor: "",
    begunAt: 0,
    isClosed: false,
    firstDenials: [],
    lastTime: 0,
    ...other,
  };
}

async function stateOf(disk: Uint8Array, ...checkpoints: readonly Checkpoint[]): Promise<string> {
  using folder = new TemporaryFolder();
  const path = folder.write("any-name", disk);
  const recognition = await recognise(() => openContent(path), checkpoints);
  if (recognition.state === "new") return "new";
  return `${recognition.state} ${recognition.checkpoint.source}`;
}

const lines = (from: number, to: number) => text.subarray(lineAt(from), lineAt(to));

function lineAt(number: number): number {
  let at = 0;
  for (let line = 0; line < number; line++) at = text.indexOf("\n", at) + 1;
  return at;
}

/** As long as `bytes`, and other behind its head. */
function otherTail(bytes: Buffer): Buffer {
  return Buffer.from(bytes).fill("x", HEAD_BYTES_MAX);
}

describe("recognise()", () => {
  const counted = lines(0, 1000);

  test.each<[string, Uint8Array, string]>([
    ["a copy", counted, "known 1"],
    ["what grew since", text, "known 1"],
    ["gzip of it", gzipSync(counted), "known 1"],
    ["gzip of what grew since", gzipSync(text), "known 1"],
    ["damaged gzip of what grew since", gzipSync(text).subarray(0, -200), "known 1"],
    ["gzip that was cut before the checkpoint", gzipSync(text).subarray(0, 5000), "shorter 1"],
    ["less than was counted", lines(0, 500), "shorter 1"],
    ["one byte less", counted.subarray(0, -1), "shorter 1"],
    ["the same beginning and another end", otherTail(counted), "new"],
    ["the same beginning and another end that grew", otherTail(text), "new"],
    ["another content", logText(2000, 2), "new"],
    ["what came after a rotation", lines(1000, 2000), "new"],
    ["an empty file", Buffer.alloc(0), "new"],
    ["less than the head", counted.subarray(0, HEAD_BYTES_MAX - 1), "new"],
  ])("of a counted content: %s", async (_, disk, expected) => {
    expect(await stateOf(disk, checkpointOf(counted))).toBe(expected);
  });

  test.each<[string, Uint8Array, string]>([
    ["the same line", lines(0, 1), "known 1"],
    ["further lines", text, "known 1"],
    ["another line", lines(1, 2), "new"],
    ["half of the line", lines(0, 1).subarray(0, 5), "new"],
  ])("of a content of which one line was counted: %s", async (_, disk, expected) => {
    expect(await stateOf(disk, checkpointOf(lines(0, 1)))).toBe(expected);
  });

  test("knows nothing without checkpoints, nor by one of nothing", async () => {
    expect(await stateOf(text)).toBe("new");
    expect(await stateOf(text, checkpointOf(Buffer.alloc(0)))).toBe("new");
    expect(await stateOf(Buffer.alloc(0), checkpointOf(Buffer.alloc(0)))).toBe("new");
  });

  test("takes the checkpoint that was read furthest", async () => {
    const some = checkpointOf(lines(0, 500), { source: 1 });
    const more = checkpointOf(lines(0, 900), { source: 2 });
    const most = checkpointOf(lines(0, 1500), { source: 3 });
    expect(await stateOf(text, some, more)).toBe("known 2");
    expect(await stateOf(text, more, some)).toBe("known 2");
    expect(await stateOf(lines(0, 1000), some, most, more)).toBe("known 2");
    expect(await stateOf(lines(0, 400), some)).toBe("shorter 1");
  });

  test("goes by the content, not by device and inode", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", text);
    const { dev, ino } = statSync(path);
    const sameInode = { device: dev, inode: ino };
    const open = () => openContent(path);
    const other = checkpointOf(logText(100, 2), sameInode);
    expect((await recognise(open, [other])).state).toBe("new");
    renameSync(path, folder.file("syslog.1"));
    copyFileSync(folder.file("syslog.1"), path);
    expect((await recognise(open, [checkpointOf(counted, sameInode)])).state).toBe("known");
  });

  test("gives the head and the anchor to go on with", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", text);
    const recognition = await recognise(() => openContent(path), [checkpointOf(counted)]);
    expect(recognition).toMatchObject({
      head: counted.subarray(0, HEAD_BYTES_MAX),
      anchor: counted.subarray(-ANCHOR_BYTES_MAX),
    });
    const line = lines(0, 1);
    const first = await recognise(() => openContent(path), [checkpointOf(line)]);
    expect(first).toMatchObject({ head: line, anchor: line });
  });

  test("gives the head of a new content", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", text);
    expect(await recognise(() => openContent(path), [])).toEqual({
      state: "new",
      head: text.subarray(0, HEAD_BYTES_MAX),
    });
  });

  test("compares all that was counted after a loss", async () => {
    const middle = Buffer.from(text);
    middle.fill("x", 5000, 5100);
    const lossHash = createHash("sha256").update(counted).digest("hex");
    const checkpoint = checkpointOf(counted, { lossHash });
    expect(await stateOf(text, checkpoint)).toBe("known 1");
    expect(await stateOf(middle, checkpoint)).toBe("new");
    expect(await stateOf(middle, { ...checkpoint, lossHash: "" })).toBe("known 1");
  });
});
