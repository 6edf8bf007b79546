import { renameSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { FilesMoved } from "../../src/follow/files-moved.ts";
import { ListedFile } from "../../src/follow/listed-file.ts";
import { logFamily } from "../../src/follow/log-family.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

test.for([
  [
    "has another name",
    (folder: TemporaryFolder) => renameSync(folder.file("log.1"), folder.file("log.2")),
  ],
  ["was packed, and is deleted", (folder: TemporaryFolder) => rmSync(folder.file("log.1"))],
  [
    "has a name that leads to another file",
    (folder: TemporaryFolder) => {
      renameSync(folder.file("log.1"), folder.file("log.2"));
      folder.write("log.1", "another");
    },
  ],
] as const)("a rotated file that %s by the time it is opened is looked for again", ([, move]) => {
  using folder = new TemporaryFolder();
  folder.write("log.1", "a line\n");
  const [listed] = logFamily(folder.file("log"));
  move(folder);
  expect(() => new ListedFile(listed!)).toThrow(FilesMoved);
});

test("a file that is where it was listed is held open", async () => {
  using folder = new TemporaryFolder();
  folder.write("log.1", "a line\n");
  const [file] = logFamily(folder.file("log"));
  using listed = new ListedFile(file!);
  rmSync(folder.file("log.1"));
  await using content = listed.open();
  const bytes = Buffer.alloc(7);
  await content.read(bytes, 0);
  expect(bytes.toString()).toBe("a line\n");
});
