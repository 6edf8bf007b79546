import { readdirSync, readFileSync, renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Hint } from "../../src/follow/hint.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const SHORTEST_MS = 50;
const LONGEST_MS = 10_000;
/** Far from both. */
const BETWEEN_MS = 3000;
const SILENT_MS = 400;

/** How long it pauses while something happens. */
async function pausedMs(hint: Hint, happens: () => unknown, longestMs = LONGEST_MS) {
  const startedAt = performance.now();
  const pause = hint.pause(SHORTEST_MS, longestMs, new AbortController().signal);
  await happens();
  await pause;
  return performance.now() - startedAt;
}

/** Watches of this process, proc_pid_fdinfo(5). */
function watches(): number {
  const infos = readdirSync("/proc/self/fdinfo").map((fd) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
    } catch {
      // Closed meanwhile.
      return "";
    }
  });
  return infos.join("").match(/^inotify wd:/gm)?.length ?? 0;
}

describe("Hint", () => {
  test("pauses for as long as it may when nothing happens", async () => {
    using folder = new TemporaryFolder();
    using hint = new Hint(folder.write("syslog", "a\n"));
    expect(await pausedMs(hint, () => undefined, SILENT_MS)).toBeGreaterThanOrEqual(SILENT_MS - 5);
  });

  test.for<readonly [string, (folder: TemporaryFolder) => unknown]>([
    ["a line is written while it watches", (folder) => append(folder, 4 * SHORTEST_MS)],
    ["a line is written before it watches", (folder) => append(folder, 0)],
    ["it is renamed", (folder) => renameSync(folder.file("syslog"), folder.file("syslog.1"))],
    ["it is written over with as many bytes", (folder) => folder.write("syslog", "b\n")],
  ])("wakes soon when %s", async ([, happens]) => {
    using folder = new TemporaryFolder();
    using hint = new Hint(folder.write("syslog", "a\n"));
    // What was there before is nothing new.
    await sleep(20);
    expect(await pausedMs(hint, () => happens(folder))).toBeLessThan(BETWEEN_MS);
  });

  test("wakes soon for what came since the pause before, in a round", async () => {
    using folder = new TemporaryFolder();
    using hint = new Hint(folder.write("syslog", "a\n"));
    await pausedMs(hint, () => undefined, 2 * SHORTEST_MS);
    folder.append("syslog", "b\n");
    expect(await pausedMs(hint, () => undefined)).toBeLessThan(BETWEEN_MS);
    expect(await pausedMs(hint, () => undefined, SILENT_MS)).toBeGreaterThanOrEqual(SILENT_MS - 5);
  });

  test("wakes soon when a file comes that was not there", async () => {
    using folder = new TemporaryFolder();
    using hint = new Hint(folder.file("syslog"));
    expect(await pausedMs(hint, () => append(folder, 4 * SHORTEST_MS))).toBeLessThan(BETWEEN_MS);
  });

  test("does not watch what is written to all the time", async () => {
    using folder = new TemporaryFolder();
    const before = watches();
    using hint = new Hint(folder.write("syslog", "a\n"));
    await pausedMs(hint, () => undefined, 2 * SHORTEST_MS);
    expect(watches()).toBe(before + 1);
    await pausedMs(hint, () => append(folder, 0));
    await pausedMs(hint, () => append(folder, 0));
    expect(watches()).toBe(before);
  });

  test("ends at once when it is told to", async () => {
    using folder = new TemporaryFolder();
    using hint = new Hint(folder.write("syslog", "a\n"));
    const startedAt = performance.now();
    await hint.pause(LONGEST_MS, 2 * LONGEST_MS, AbortSignal.timeout(SHORTEST_MS));
    expect(performance.now() - startedAt).toBeLessThan(BETWEEN_MS);
  });
});

async function append(folder: TemporaryFolder, afterMs: number): Promise<void> {
  await sleep(afterMs);
  folder.append("syslog", "b\n");
}
