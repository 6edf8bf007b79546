import { chmodSync, mkdirSync, rmdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { PodWatch } from "../../src/identify/pod-watch.ts";
import type { PodChanges } from "../../src/model/known-pod.ts";

const LONG_AGO = new Date("2026-11-22T10:00:00Z");

/** A directory of pod logs, and who watches it; each look is a minute after the one before. */
class WatchedPods {
  readonly said: string[] = [];
  readonly path: string;
  readonly #watch: PodWatch;
  #now = Date.now() * 1000;

  constructor(exists = true, podsMax?: number) {
    const folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-pods-"));
    onTestFinished(() => folder.remove());
    this.path = join(folder.path, "pods");
    if (exists) mkdirSync(this.path);
    const events = {
      podsReadable: (_: string, count: number) => this.said.push(`readable: ${count}`),
      podsUnreadable: (_: string, { code }: NodeJS.ErrnoException) =>
        this.said.push(`unreadable: ${code}`),
      podsTooMany: (_: string, count: number) => this.said.push(`too many: ${count}`),
    };
    this.#watch = new PodWatch(this.path, events, podsMax);
  }

  add(...names: readonly string[]): this {
    for (const name of names) mkdirSync(join(this.path, name));
    return this;
  }

  remove(name: string): this {
    rmdirSync(join(this.path, name));
    return this;
  }

  look(): PodChanges | undefined {
    this.#now += 60_000_000;
    return this.#watch.look(this.#now);
  }

  /** What a look has found, in short. */
  found(): readonly string[] | undefined {
    const changes = this.look();
    if (changes === undefined) return undefined;
    const { appeared, gone } = changes;
    return [...appeared.map(({ name }) => `+${name}`).toSorted(), ...gone.map((u) => `-${u}`)];
  }
}

test("pods are known as they come and go", () => {
  const pods = new WatchedPods().add("shop_web-1_a", "shop_web-2_b");
  expect(pods.look()).toMatchObject({ isComplete: true, appeared: { length: 2 }, gone: [] });
  expect(pods.found()).toBeUndefined();
  pods.add("shop_web-3_c").remove("shop_web-1_a");
  expect(pods.found()).toEqual(["+web-3", "-a"]);
  expect(pods.found()).toBeUndefined();
});

test("a pod that has the name of another is another pod", () => {
  const pods = new WatchedPods().add("shop_db-0_a");
  expect(pods.found()).toEqual(["+db-0"]);
  pods.remove("shop_db-0_a").add("shop_db-0_b");
  expect(pods.found()).toEqual(["+db-0", "-a"]);
});

test("a pod is from the time on at which its directory was made", () => {
  const before = Date.now() * 1000 - 1_000_000;
  const pods = new WatchedPods().add("shop_web-1_a");
  const [pod] = pods.look()!.appeared;
  expect(pod!.from).toBeGreaterThan(before);
  expect(pod!.from).toBeLessThan(Date.now() * 1000 + 1_000_000);
});

test("a pod that comes right after a look, within a tick of the clock, is seen", () => {
  const pods = new WatchedPods().add("shop_web-1_a");
  utimesSync(pods.path, LONG_AGO, LONG_AGO);
  const watch = new PodWatch(pods.path, {
    podsReadable: () => undefined,
    podsUnreadable: () => undefined,
    podsTooMany: () => undefined,
  });
  const now = LONG_AGO.getTime() * 1000 + 1000;
  expect(watch.look(now)?.appeared).toHaveLength(1);
  pods.add("shop_web-2_b");
  utimesSync(pods.path, LONG_AGO, LONG_AGO);
  expect(watch.look(now)?.appeared).toHaveLength(1);
});

test("what is no directory of a pod is left out", () => {
  const pods = new WatchedPods().add(
    "shop_web-1_a",
    "lost+found",
    "shop_\u001b[2J_x",
    "\u202e_a_b",
  );
  writeFileSync(join(pods.path, "shop_file_b"), "");
  symlinkSync("/", join(pods.path, "shop_link_c"));
  expect(pods.found()).toEqual(["+web-1"]);
  expect(pods.said).toEqual(["readable: 1"]);
});

test("a directory that is not there is told once, and is read when it comes", () => {
  const pods = new WatchedPods(false);
  expect(pods.found()).toBeUndefined();
  expect(pods.found()).toBeUndefined();
  expect(pods.said).toEqual(["unreadable: ENOENT"]);
  mkdirSync(pods.path);
  pods.add("shop_web-1_a");
  expect(pods.found()).toEqual(["+web-1"]);
  expect(pods.said).toEqual(["unreadable: ENOENT", "readable: 1"]);
});

test("of pods that cannot be seen for a while nobody says that they are gone", () => {
  const pods = new WatchedPods().add("shop_web-1_a");
  expect(pods.found()).toEqual(["+web-1"]);
  pods.remove("shop_web-1_a");
  rmdirSync(pods.path);
  expect(pods.found()).toBeUndefined();
  mkdirSync(pods.path);
  pods.add("shop_web-1_a");
  expect(pods.found()).toBeUndefined();
  expect(pods.said).toEqual(["readable: 1", "unreadable: ENOENT", "readable: 1"]);
});

test.skipIf(process.getuid?.() === 0)("a directory that may not be read is told", () => {
  const pods = new WatchedPods();
  chmodSync(pods.path, 0);
  expect(pods.found()).toBeUndefined();
  expect(pods.said).toEqual(["unreadable: EACCES"]);
});

test("10,000 pods take less than 20 MB, and a look at them nothing while none changes", () => {
  const count = 10_000;
  const pods = new WatchedPods();
  for (let n = 0; n < count; n++) {
    pods.add(`namespace-${n % 50}_deployment-${n}-6fbd9cb8c9-hjkvz_0f4a6d0e-7b9c-4b5e-9a53-${n}`);
  }
  const before = usedBytes();
  const found = new Set<string>();
  for (let some = pods.look(); some !== undefined; some = pods.look()) {
    for (const { uid } of some.appeared) found.add(uid);
  }
  expect(found.size).toBe(count);
  found.clear();
  const held = usedBytes() - before;
  expect(held).toBeLessThan(20_000_000);
  const LOOKS = 1000;
  const { user, system } = process.cpuUsage();
  for (let n = 0; n < LOOKS; n++) expect(pods.look()).toBeUndefined();
  const spent = process.cpuUsage({ user, system });
  // A look that reads 10,000 names takes more than a thousand times as long.
  expect((spent.user + spent.system) / LOOKS).toBeLessThan(1000);
});

test("pods over the bound are left out, and that is told once", () => {
  const pods = new WatchedPods(true, 3).add("a_a_1", "b_b_2", "c_c_3", "d_d_4", "e_e_5");
  expect(pods.look()?.appeared).toHaveLength(3);
  pods.add("f_f_6");
  pods.look();
  expect(pods.said).toEqual(["readable: 5", "too many: 5"]);
});

function usedBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
