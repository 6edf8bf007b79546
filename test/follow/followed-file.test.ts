import {
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ANCHOR_BYTES_MAX, FingerprintTracker } from "../../src/follow/fingerprint.ts";
import { FollowedFile } from "../../src/follow/followed-file.ts";
import { lineBytesMax } from "../../src/model/limits.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const KEPT_BYTES = lineBytesMax + 1 + ANCHOR_BYTES_MAX;
const BUFFER_BYTES = 2 * KEPT_BYTES;

/** The text of the next batch, and where it ends; or why there is none. */
function readText(file: FollowedFile): [string, number] | string {
  const batch = file.read(Buffer.alloc(BUFFER_BYTES, "?"));
  if (typeof batch === "string") return batch;
  return [batch.bytes.toString("utf8", 0, batch.end), batch.endOffset];
}

describe("FollowedFile", () => {
  test("gives whole lines, and an unfinished one when it is finished", () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\nb\nc");
    using file = new FollowedFile(path);
    expect(readText(file)).toEqual(["a\nb\n", 4]);
    expect(readText(file)).toBe("nothing");
    expect(file.offset).toBe(4);
    folder.append("syslog", "cc");
    expect(readText(file)).toBe("nothing");
    folder.append("syslog", "\nd\ne");
    expect(readText(file)).toEqual(["ccc\nd\n", 10]);
    expect(readText(file)).toBe("nothing");
  });

  test("begins where it is told to", () => {
    using folder = new TemporaryFolder();
    using file = new FollowedFile(folder.write("syslog", "a\nb\nc\n"));
    file.seek(2);
    expect(readText(file)).toEqual(["b\nc\n", 6]);
    file.seek(0);
    expect(readText(file)).toEqual(["a\nb\nc\n", 6]);
  });

  test("says that it changed when the bytes before are not those that it is known by", () => {
    using folder = new TemporaryFolder();
    using file = new FollowedFile(folder.write("syslog", "a\nb\nc\n"));
    file.seek(4, Buffer.from("b\n"));
    expect(readText(file)).toEqual(["c\n", 6]);
    file.seek(4, Buffer.from("x\n"));
    expect(readText(file)).toBe("changed");
  });

  test("gives more lines than fit a buffer in several batches", () => {
    using folder = new TemporaryFolder();
    const text = "an ordinary line\n".repeat(10_000);
    using file = new FollowedFile(folder.write("syslog", text));
    let all = "";
    for (let read = readText(file); typeof read !== "string"; read = readText(file)) {
      all += read[0];
      expect(read[1]).toBe(all.length);
    }
    expect(all).toBe(text);
  });

  test("keeps its file when it is renamed, replaced or removed", () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\n");
    using file = new FollowedFile(path);
    renameSync(path, folder.file("syslog.1"));
    writeFileSync(path, "other\n");
    folder.append("syslog.1", "b\n");
    expect(readText(file)).toEqual(["a\nb\n", 4]);
    unlinkSync(folder.file("syslog.1"));
    expect(file.size).toBe(4);
  });

  test("says that it changed when it became shorter", () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\nb\n");
    using file = new FollowedFile(path);
    readText(file);
    truncateSync(path, 0);
    expect([file.size, file.offset]).toEqual([0, 4]);
    expect(readText(file)).toBe("changed");
  });

  test.each<[string, (path: string) => void]>([
    ["truncated and grown past where it was", (path) => writeFileSync(path, "x\ny\nz\n")],
    ["written anew with the same size", (path) => writeFileSync(path, "x\ny\n")],
    ["changed in its last line", (path) => writeFileSync(path, "a\nc\nd\n")],
  ])("says that it changed when it was %s", (_, change) => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\nb\n");
    using file = new FollowedFile(path);
    readText(file);
    expect(readText(file)).toBe("nothing");
    change(path);
    utimesSync(path, 1, 1);
    expect(readText(file)).toBe("changed");
  });

  test("refuses a symbolic link, which may lead elsewhere at any time", () => {
    using folder = new TemporaryFolder();
    const link = folder.file("link");
    symlinkSync(folder.write("syslog", "a\n"), link);
    expect(() => new FollowedFile(link)).toThrow("it is a symbolic link; name the file");
  });

  test("gives what nobody will finish as a line", () => {
    using folder = new TemporaryFolder();
    using file = new FollowedFile(folder.write("syslog", "a\nhalf"));
    readText(file);
    const rest = file.readUnfinished(Buffer.alloc(BUFFER_BYTES));
    expect([rest?.bytes.toString("utf8", 0, rest.end), rest?.endOffset]).toEqual(["half", 6]);
    expect(file.readUnfinished(Buffer.alloc(BUFFER_BYTES))).toBeUndefined();
  });

  test.each([
    ["", 0],
    ["a", 0],
    ["a\n", 2],
    ["a\nb", 2],
    ["a\nb\n", 4],
    [`a\n${"x".repeat(lineBytesMax - 1)}`, 2],
  ])("finds the end of the last whole line", (text, expected) => {
    using folder = new TemporaryFolder();
    using file = new FollowedFile(folder.write("syslog", text));
    expect(file.lastLineEnd()).toBe(expected);
  });

  test("gives bytes from anywhere, fewer at the end", () => {
    using folder = new TemporaryFolder();
    using file = new FollowedFile(folder.write("syslog", "abcdef"));
    expect(file.bytesAt(2, 3).toString()).toBe("cde");
    expect(file.bytesAt(4, 100).toString()).toBe("ef");
    expect(file.bytesAt(9, 1).length).toBe(0);
  });

  test("refuses what is no file", () => {
    using folder = new TemporaryFolder();
    expect(() => new FollowedFile(folder.file("missing"))).toThrow("it does not exist");
    expect(() => new FollowedFile(folder.path)).toThrow("it is a directory");
  });

  const lengths = fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 200 }) },
    fc.integer({ min: BUFFER_BYTES - 300, max: BUFFER_BYTES + 300 }),
    fc.integer({ min: lineBytesMax, max: 6 * lineBytesMax }),
  );
  const writes = fc.array(
    fc.record({
      text: lengths.map((length) => "abcdefghij".repeat(length / 10 + 1).slice(0, length)),
      isFinished: fc.boolean(),
      isRead: fc.boolean(),
    }),
    { maxLength: 12 },
  );

  test("gives the same lines, offsets and fingerprints however they are written", () => {
    fc.assert(
      fc.property(writes, (steps) => {
        using folder = new TemporaryFolder();
        using file = new FollowedFile(folder.write("syslog", ""));
        const tracker = new FingerprintTracker(Buffer.alloc(0), Buffer.alloc(0), 0);
        let written = "";
        let lines: string[] = [];
        const readOn = () => {
          // A line longer than the buffer is passed over in several reads that give nothing.
          for (let idle = 0; idle < 10; idle++) {
            const batch = file.read(Buffer.alloc(BUFFER_BYTES, "?"));
            if (typeof batch === "string") continue;
            idle = 0;
            const bytes = batch.bytes.subarray(0, batch.end);
            tracker.pass(bytes);
            expect(batch.endOffset).toBe(file.offset);
            const all = Buffer.from(written.slice(0, batch.endOffset));
            expect(tracker.current()).toEqual(fingerprintOf(all));
            lines = [...lines, ...bytes.toString().slice(0, -1).split("\n")];
          }
        };
        for (const { text, isFinished, isRead } of steps) {
          const added = isFinished ? `${text}\n` : text;
          written += added;
          folder.append("syslog", added);
          if (isRead) readOn();
        }
        readOn();
        const expected = written.split("\n").slice(0, -1);
        expect(lines.map(tooLongOr)).toEqual(expected.map(tooLongOr));
        expect(file.offset).toBe(written.lastIndexOf("\n") + 1);
      }),
      { numRuns: 150 },
    );
  });
});

/** Of a line that is too long nobody looks at more than that. */
function tooLongOr(line: string): string {
  return line.length > lineBytesMax ? "too long" : line;
}
