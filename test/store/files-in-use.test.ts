import { renameSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FilesInUse, FilesMoved } from "../../src/store/files-in-use.ts";
import { newPath } from "./stored.ts";

function inUse(): { path: string; files: FilesInUse } {
  const path = newPath();
  writeFileSync(path, "database");
  writeFileSync(`${path}-wal`, "log");
  return { path, files: new FilesInUse(path) };
}

test("files that stay and grow are no trouble", () => {
  const { path, files } = inUse();
  writeFileSync(path, "more");
  expect(() => files.assertThere()).not.toThrow();
});

test.for(["", "-wal"])("a file %j that is removed is noticed", (suffix) => {
  const { path, files } = inUse();
  rmSync(path + suffix);
  expect(() => files.assertThere()).toThrow(FilesMoved);
});

test.for(["", "-wal"])("a file %j that another took the place of is noticed", (suffix) => {
  const { path, files } = inUse();
  writeFileSync(`${path}-other`, "other");
  renameSync(`${path}-other`, path + suffix);
  expect(() => files.assertThere()).toThrow(`"${path}${suffix}" was removed or replaced`);
});

test("a write-ahead log that is made later is one of them from then on", () => {
  const path = newPath();
  writeFileSync(path, "database");
  const files = new FilesInUse(path);
  files.assertThere();
  writeFileSync(`${path}-wal`, "log");
  files.assertThere();
  rmSync(`${path}-wal`);
  expect(() => files.assertThere()).toThrow(FilesMoved);
});
