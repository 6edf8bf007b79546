import { appendFileSync, readFileSync, truncateSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { countedAlone, expectCounts, Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, programMissing } from "./machine.ts";
import { type Ended } from "./built-program.ts";
import { startDenyscope } from "./program.ts";
import { shownOnTerminal } from "./terminal.ts";

const LINE_BYTES = 300_000_000;
const MEMORY_BYTES_MAX = 250_000_000;
const lines = denialLines({ lines: 2000 });
const noTerminal = programMissing("script");

test("memory stays bounded when a line of 300 MB has no end", async () => {
  using place = new Place();
  const log = place.write("syslog", lines);
  truncateSync(log, LINE_BYTES);
  const { ended, peakBytes } = await importWatched(place, log);

  expect(ended.status, ended.stderr).toBe(0);
  expect(ended.stderr).toContain("its last line is not finished and waits");
  expect(peakBytes).toBeLessThan(MEMORY_BYTES_MAX);
  expectCounts(place.counted(), await countedAlone(lines));
});

test("memory stays bounded when a line of 300 MB ends, and it is rejected once", async () => {
  using place = new Place();
  const [before, after] = [lines.slice(0, 1000), lines.slice(1000)];
  const log = place.write("syslog", before);
  truncateSync(log, LINE_BYTES);
  appendFileSync(log, `\n${after.join("")}`);
  const { ended, peakBytes } = await importWatched(place, log);
  const again = await place.import(log);

  expect(ended.status, ended.stderr).toBe(0);
  expect(peakBytes).toBeLessThan(MEMORY_BYTES_MAX);
  expect(place.counted().counts).toContain("rejected line-too-long 1");
  expect(place.counted().counts).toContain(
    `prefix calico-packet:  ${lines.length} ${lines.length}`,
  );
  expect(again.stderr).toContain("nothing new, all of it is counted");
});

/** Feeds a file to the program's standard input, without the test having to hold it. */
const fromFile = (path: string) => ["sh", "-c", `exec "$@" <${path}`, "-"];

test.for([
  { name: "standard input", encode: (zeros: Buffer) => zeros, isStdin: true },
  { name: "a gzip archive", encode: (zeros: Buffer) => gzipSync(zeros), isStdin: false },
  { name: "a zstd archive", encode: (zeros: Buffer) => zstdCompressSync(zeros), isStdin: false },
])("memory stays bounded when $name is a line of 300 MB", async ({ encode, isStdin }) => {
  using place = new Place();
  const path = place.write("zeros", encode(Buffer.alloc(LINE_BYTES)));
  const { ended, peakBytes } = isStdin
    ? await importWatched(place, "-", fromFile(path))
    : await importWatched(place, path);

  expect(ended.status, ended.stderr).toBe(0);
  expect(peakBytes).toBeLessThan(MEMORY_BYTES_MAX);
  expect(place.counted().counts).toContain("rejected line-too-long 1");
});

needs("a terminal", noTerminal);

test.skipIf(noTerminal !== undefined)("a bar shows the progress on a terminal", async () => {
  using place = new Place();
  const log = place.write("syslog", lines);
  const { status, shown } = await shownOnTerminal(["import", log, "--db", place.path("db")], 80);

  expect(status, shown).toBe(0);
  expect(shown).toMatch(/[█░]{24} \d+%/u);
  expect(shown).toMatch(/2,000 lines, 2,000 denials\n/);
});

test("there is no bar in a pipe, and no control character", async () => {
  using place = new Place();
  const { status, stdout, stderr } = await place.import(place.write("syslog", lines));

  expect(status, stderr).toBe(0);
  expect(stdout).toBe("");
  expect(stderr.split("\n")).toHaveLength(3);
  expect(stderr.replaceAll("\n", "")).not.toMatch(/[█░\p{Cc}]/u);
});

/** Imports, and watches the most memory that the process had at any time. */
async function importWatched(
  place: Place,
  file: string,
  through: readonly string[] = [],
): Promise<{ ended: Ended; peakBytes: number }> {
  await using running = startDenyscope(["import", file, "--db", place.path("db")], { through });
  let ended: Ended | undefined;
  void running.ended.then((result) => {
    ended = result;
  });
  let peakBytes = 0;
  while (ended === undefined) {
    peakBytes = Math.max(peakBytes, peakOf(running.pid));
    await sleep(2);
  }
  expect(peakBytes).toBeGreaterThan(0);
  return { ended, peakBytes };
}

/** VmHWM, the peak that the kernel keeps of a process. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    // It has ended between two looks.
    return 0;
  }
}
