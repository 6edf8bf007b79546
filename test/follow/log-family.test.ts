import { mkdirSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { FilesMoved } from "../../src/follow/files-moved.ts";
import { isOfLog, isRotatedName, type LogFile, logFamily } from "../../src/follow/log-family.ts";
import { logPaths } from "../../src/follow/log-paths.ts";
import { keepMoving } from "./moving-files.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const MOVING_MS = 1000;

function familyUnlessMoved(path: string): readonly LogFile[] | undefined {
  try {
    return logFamily(path);
  } catch (error) {
    expect(error).toBeInstanceOf(FilesMoved);
    return undefined;
  }
}

describe("logFamily()", () => {
  test.each<[string, string, readonly string[]]>([
    ["numbers", "syslog", ["syslog", "syslog.1", "syslog.2.gz", "syslog.10.zst"]],
    [
      "dates",
      "syslog",
      ["syslog", "syslog-20261122-101501", "syslog-20261122-101500.gz", "syslog-20261121.gz"],
    ],
    [
      "dates with digits that no number holds",
      "syslog",
      ["syslog", "syslog-20261122-1795305603", "syslog-20261122-1795305602"],
    ],
    ["an extension that stays", "app.log", ["app.log", "app-20261122.log", "app-20261121.log.gz"]],
    ["an extension before the number", "app.log", ["app.log", "app.log.1", "app.log.2.xz"]],
    ["no log yet", "syslog", ["syslog.1"]],
  ])("sorts %s, newest first", (_, log, expected) => {
    using folder = new TemporaryFolder();
    for (const name of expected.toReversed()) folder.write(name, "a\n");
    for (const other of ["syslog2", "syslog.old", "syslog.1.bak", "other.1", "application.log.1"]) {
      folder.write(other, "a\n");
    }
    const names = logFamily(folder.file(log)).map(({ path }) => basename(path));
    expect(names).toEqual(expected);
  });

  test("sorts numbers among dates by their last change", () => {
    using folder = new TemporaryFolder();
    folder.write("syslog", "a\n");
    utimesSync(folder.write("syslog.1", "a\n"), 100, 100);
    utimesSync(folder.write("syslog-20261122", "a\n"), 200, 200);
    const names = logFamily(folder.file("syslog")).map(({ path }) => basename(path));
    expect(names).toEqual(["syslog", "syslog-20261122", "syslog.1"]);
  });

  test("leaves an archive out that is being made, folders and links", () => {
    using folder = new TemporaryFolder();
    for (const name of ["syslog", "syslog.1", "syslog.1.gz"]) folder.write(name, "a\n");
    mkdirSync(folder.file("syslog.2"));
    symlinkSync(folder.file("syslog"), folder.file("syslog.3"));
    const names = logFamily(folder.file("syslog")).map(({ path }) => basename(path));
    expect(names).toEqual(["syslog", "syslog.1"]);
  });

  test.each([
    ["packed", "syslog.1.gz"],
    ["rotated", "syslog.2"],
  ])("never misses a file that is being %s", async (_, otherName) => {
    using folder = new TemporaryFolder();
    folder.write("syslog", "a\n");
    const path = folder.write("syslog.1", "b\n");
    const { ino } = statSync(path);
    let [moved, listed] = [0, 0];
    await using _moving = await keepMoving(path, folder.file(otherName));
    for (const end = performance.now() + MOVING_MS; performance.now() < end; ) {
      const family = familyUnlessMoved(folder.file("syslog"));
      if (family === undefined) moved++;
      else {
        listed++;
        expect(family.some(({ inode }) => inode === ino)).toBe(true);
      }
    }
    expect(Math.min(moved, listed)).toBeGreaterThan(0);
  });

  test("is empty where there is no folder", () => {
    using folder = new TemporaryFolder();
    expect(logFamily(folder.file("missing/syslog"))).toEqual([]);
  });
});

test.each([
  ["/var/log/syslog", "/var/log/syslog", true],
  ["/var/log/syslog", "/var/log/syslog.1", true],
  ["/var/log/syslog", "/var/log/syslog-20261122.gz", true],
  ["/var/log/syslog", "/var/log/old/syslog.1", false],
  ["/var/log/syslog", "/var/log/kern.log", false],
  ["/var/log/syslog", "/var/log/syslog.d", false],
])("isOfLog(%s, %s) is %s", (log, other, expected) => {
  expect(isOfLog(log, other)).toBe(expected);
});

test.each([
  ["syslog", false],
  ["kern.log", false],
  ["worker-1", true],
  ["syslog.1", true],
  ["syslog-20261122", true],
  ["app-20261122.log", true],
  ["syslog.gz", true],
])("isRotatedName(%s) is %s", (name, expected) => {
  expect(isRotatedName(name)).toBe(expected);
});

test("logPaths() gives the logs of a pattern, and a path as it stands", () => {
  using folder = new TemporaryFolder();
  for (const name of ["a.log", "b.log", "b.log.1", "c.log-20261122", "d.log.gz"]) {
    folder.write(name, "a\n");
  }
  const [pattern, path] = [folder.file("*.log*"), folder.file("missing.1")];
  expect([...logPaths([path, pattern])]).toEqual([
    [path, path],
    [folder.file("a.log"), pattern],
    [folder.file("b.log"), pattern],
  ]);
});
