import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { watchConfig } from "../../src/config/config-watch.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";

const POLL_MS = 20;
const WAIT_MS_MAX = 10_000;

class Watched implements Disposable {
  changes = 0;
  readonly #watch: Disposable;

  constructor(path: string) {
    this.#watch = watchConfig(path, () => this.changes++, { pollMs: POLL_MS, settledMs: POLL_MS });
  }

  async untilChanged(after: number): Promise<void> {
    const deadline = Date.now() + WAIT_MS_MAX;
    while (this.changes <= after && Date.now() < deadline) await sleep(POLL_MS);
    expect(this.changes).toBeGreaterThan(after);
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }
}

test("watchConfig() tells when the file comes, changes and goes", async () => {
  using folder = new TemporaryFolder();
  const path = folder.file("config.yaml");
  using watched = new Watched(path);
  await sleep(3 * POLL_MS);
  expect(watched.changes, "it is not there, and that is no change").toBe(0);
  for (const change of [
    () => writeFileSync(path, "node: a\n"),
    () => writeFileSync(path, "node: longer\n"),
    () => rmSync(path),
  ]) {
    const before = watched.changes;
    change();
    await watched.untilChanged(before);
  }
});

test("watchConfig() sees that a link above the file leads elsewhere", async () => {
  using folder = new TemporaryFolder();
  for (const name of ["..1", "..2"]) {
    mkdirSync(folder.file(name));
    folder.write(`${name}/config.yaml`, "node: same\n");
  }
  symlinkSync("..1", folder.file("..data"));
  symlinkSync("..data/config.yaml", folder.file("config.yaml"));
  using watched = new Watched(folder.file("config.yaml"));
  await sleep(3 * POLL_MS);
  const before = watched.changes;
  // As the kubelet does it.
  symlinkSync("..2", folder.file("..data_tmp"));
  renameSync(folder.file("..data_tmp"), folder.file("..data"));
  await watched.untilChanged(before);
});

test("watchConfig() waits until a file that is written in place is whole", async () => {
  using folder = new TemporaryFolder();
  const path = folder.write("config.yaml", "node: a\n");
  const seen: string[] = [];
  const look = () => void seen.push(readFileSync(path, "utf8"));
  using _watch = watchConfig(path, look, { pollMs: POLL_MS, settledMs: 10 * POLL_MS });
  await sleep(3 * POLL_MS);
  writeFileSync(path, "");
  await sleep(3 * POLL_MS);
  expect(seen, "it is empty for a moment").toEqual([]);
  writeFileSync(path, "node: b\n");
  await expect.poll(() => seen.length, { timeout: WAIT_MS_MAX }).toBeGreaterThan(0);
  expect(seen.every((content) => content === "node: b\n")).toBe(true);
});
