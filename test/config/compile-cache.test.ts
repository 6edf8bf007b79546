import { chownSync } from "node:fs";
import { expect, test } from "vitest";
import { compileCacheFolder } from "../../src/config/compile-cache.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";

const user = process.getuid?.() ?? 0;

test.for<readonly [string, (own: string) => Readonly<Record<string, string>>, string?]>([
  ["the home", (own) => ({ HOME: own }), "/.cache/denyscope"],
  ["the folder for caches", (own) => ({ HOME: "/nowhere", XDG_CACHE_HOME: own }), "/denyscope"],
  ["an empty name of one", (own) => ({ HOME: own, XDG_CACHE_HOME: "" }), "/.cache/denyscope"],
  ["nothing", () => ({})],
  ["a home that is not there", (own) => ({ HOME: `${own}/nowhere` })],
  ["a relative name", () => ({ HOME: "." })],
])("compiled code is kept in %s of the user", ([, env, wanted]) => {
  using folder = new TemporaryFolder();
  const found = compileCacheFolder(env(folder.path), user);
  expect(found).toBe(wanted === undefined ? undefined : folder.path + wanted);
});

test.runIf(user === 0)("a folder of somebody else is not trusted", () => {
  using folder = new TemporaryFolder();
  chownSync(folder.path, 65_534, 65_534);
  expect(compileCacheFolder({ HOME: folder.path }, user)).toBeUndefined();
  expect(compileCacheFolder({ XDG_CACHE_HOME: folder.path }, user)).toBeUndefined();
});
