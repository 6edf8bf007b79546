import { appendFileSync, copyFileSync, renameSync, rmSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { packetSums } from "./database.ts";
import { countedAlone, expectCounts, expectUnchanged, Place } from "./import-place.ts";
import { amongOrdinary, denialLines } from "./log-lines.ts";
import { denyscope } from "./program.ts";

const lines = denialLines({ lines: 3000 });
const half = lines.slice(0, 1500);

describe("import counts each line once", () => {
  test("a file imported twice changes nothing, and the second time says so", async () => {
    using place = new Place();
    const log = place.write("syslog", amongOrdinary(lines));
    const first = await place.import(log);
    const before = place.counted();
    const second = await place.import(log);
    const after = place.counted();

    expect(first).toMatchObject({ status: 0, stdout: "" });
    expect(first.stderr).toContain("4,000 lines, 3,000 denials");
    expect(second).toMatchObject({ status: 0, stdout: "" });
    expect(second.stderr).toContain(`${log}: nothing new, all of it is counted`);
    expectUnchanged(after, before);
  });

  test("a file named twice in one command counts once", async () => {
    using place = new Place();
    const log = place.write("syslog", lines);
    expect(await place.import(log, log)).toMatchObject({ status: 0 });
    expectCounts(place.counted(), await countedAlone(lines));
  });

  test("a file that grew adds only what is new", async () => {
    using place = new Place();
    const log = place.write("syslog", half);
    await place.import(log);
    appendFileSync(log, lines.slice(half.length).join(""));
    const { status, stderr } = await place.import(log);

    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain("1,500 new lines, 1,500 denials");
    expectCounts(place.counted(), await countedAlone(lines));
  });

  test("an unfinished last line waits for its line end", async () => {
    using place = new Place();
    const [last = "", ...before] = half.toReversed();
    const log = place.write("syslog", [...before.toReversed(), last.slice(0, 100)]);
    const first = await place.import(log);
    const waiting = place.counted();
    appendFileSync(log, last.slice(100));
    const second = await place.import(log);

    expect(first).toMatchObject({ status: 0 });
    expect(first.stderr).toMatch(/last line is not finished and waits/);
    expectCounts(waiting, await countedAlone(half.slice(0, -1)));
    expect(second.stderr).toContain("1 new line, 1 denial");
    expectCounts(place.counted(), await countedAlone(half));
  });

  test("standard input counts each time, and says so", async () => {
    using place = new Place();
    const args = ["import", "-", "--db", place.path("db")];
    for (let n = 0; n < 2; n++) {
      const { status, stderr } = await denyscope(args, { input: half.join("") });
      expect(status, stderr).toBe(0);
      expect(stderr).toMatch(/Standard input .* count each time/);
    }
    expect(packetSums(place.path("db"))).toEqual([3000, 3000, 3000]);
  });
});

/** The same content in another place; each gives its path. */
const disguises: readonly {
  readonly name: string;
  readonly make: (place: Place, log: string) => string;
}[] = [
  {
    name: "a copy with another name",
    make: (place, log) => {
      copyFileSync(log, place.path("copy"));
      return place.path("copy");
    },
  },
  {
    name: "the file after a rename",
    make: (place, log) => {
      renameSync(log, place.path("syslog.1"));
      return place.path("syslog.1");
    },
  },
  {
    name: "a new file under the old name",
    make: (place, log) => {
      rmSync(log);
      return place.write("syslog", lines);
    },
  },
  {
    name: "its gzip archive",
    make: (place) => place.write("syslog.2.gz", gzipSync(lines.join(""))),
  },
  {
    name: "its zstd archive",
    make: (place) => place.write("syslog.2.zst", zstdCompressSync(lines.join(""))),
  },
  {
    name: "an archive whose name says nothing",
    make: (place) => place.write("old", gzipSync(lines.join(""))),
  },
];

describe("import recognises content that it has counted", () => {
  test.for(disguises)("$name adds nothing", async ({ make }) => {
    using place = new Place();
    const log = place.write("syslog", lines);
    await place.import(log);
    const before = place.counted();
    const { status, stderr } = await place.import(make(place, log));

    expect(status, stderr).toBe(0);
    expect(stderr).toContain("nothing new, all of it is counted");
    expectCounts(place.counted(), before);
  });

  test.for(disguises)("$name adds the rest of what was counted half", async ({ make }) => {
    using place = new Place();
    const log = place.write("syslog", half);
    await place.import(log);
    place.write("syslog", lines);
    const { status, stderr } = await place.import(make(place, log));

    expect(status, stderr).toBe(0);
    expect(stderr).toContain("1,500 new lines, 1,500 denials");
    expectCounts(place.counted(), await countedAlone(lines));
  });

  test("a shorter copy is refused by name", async () => {
    using place = new Place();
    const log = place.write("syslog", lines);
    await place.import(log);
    const before = place.counted();
    const copy = place.write("copy", half);
    const { status, stderr } = await place.import(copy);

    expect(status).toBe(1);
    expect(stderr).toContain(`Cannot import "${copy}"`);
    expect(stderr).toContain(`"${log}"`);
    expectUnchanged(place.counted(), before);
  });

  test("another file with the same denials is refused unless --again", async () => {
    using place = new Place();
    const syslog = place.write("syslog", amongOrdinary(lines));
    const kernLog = place.write("kern.log", lines);
    await place.import(syslog);
    const before = place.counted();
    const refused = await place.import(kernLog);
    const after = place.counted();
    const again = await place.import(kernLog, "--again");

    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(
      new RegExp(`Cannot import "${kernLog}": .* counted from "${syslog}"; use --again`),
    );
    expectUnchanged(after, before);
    expect(again.status, again.stderr).toBe(0);
    expect(packetSums(place.path("db"))).toEqual([6000, 6000, 6000]);
  });

  test("files that are refused do not disturb the one before in the same command", async () => {
    using place = new Place();
    const syslog = place.write("syslog", amongOrdinary(lines));
    const kernLog = place.write("kern.log", lines);
    // Many, because what goes wrong when a file is given up may hang on a moment.
    const { status, stderr } = await place.import(syslog, ...Array<string>(20).fill(kernLog));
    const refusals = stderr.split("\n").filter((line) => line.startsWith("Cannot import"));

    expect(status).toBe(1);
    expect(refusals).toHaveLength(20);
    expect(packetSums(place.path("db"))).toEqual([3000, 3000, 3000]);
  });
});

describe("counts do not depend on how lines come", () => {
  /** Two hours between one part and the next, over a midnight. */
  const parts = [0, 1, 2, 3, 4, 5, 6].map((part) =>
    denialLines({ seed: part, lines: 700, from: part * 7200 }),
  );
  const all = parts.flat();

  test("hours and days are the sums of minutes", async () => {
    using place = new Place();
    await place.import(place.write("syslog", all));
    const { counts } = place.counted();
    const packets = (unit: string) => counts.filter((line) => line.startsWith(`${unit} `)).length;

    expect(packetSums(place.path("db"))).toEqual([4900, 4900, 4900]);
    expect(packets("minute")).toBeGreaterThan(packets("hour"));
    expect(packets("hour")).toBeGreaterThan(packets("day"));
    expect(sumsPerDay(counts, "minute")).toEqual(sumsPerDay(counts, "day"));
    expect(sumsPerDay(counts, "hour")).toEqual(sumsPerDay(counts, "day"));
  });

  test.for([
    { name: "the newest file first", order: [6, 5, 4, 3, 2, 1, 0], more: [] },
    { name: "files in no order", order: [3, 0, 6, 2, 5, 1, 4], more: [] },
    { name: "one transaction for each batch", order: [0, 1, 2, 3, 4, 5, 6], more: ["0.0001"] },
  ])("$name counts the same", async ({ order, more }) => {
    using place = new Place();
    const files = order.map((part) => place.write(`syslog.${part}`, parts[part]!));
    const flags = more.flatMap((size) => ["--commit-every", size]);
    expect(await place.import(...files, ...flags)).toMatchObject({ status: 0 });
    expectCounts(place.counted(), await countedAlone(all));
  });

  test("many commits count the same as one, attempts and recent denials too", async () => {
    using place = new Place();
    const many = denialLines({ seed: 3, lines: 20_000 });
    const log = place.write("syslog", many);
    expect(await place.import(log, "--commit-every", "0.25")).toMatchObject({ status: 0 });
    const wanted = await countedAlone(many);
    expectCounts(place.counted(), wanted);
    expect(place.counted().recent).toBe(wanted.recent);
  });
});

const UNITS_PER_DAY: Readonly<Record<string, number>> = { minute: 1440, hour: 24, day: 1 };

/** Packets, attempts and bytes of each flow and day. */
function sumsPerDay(counts: readonly string[], unit: string): Record<string, number[]> {
  const sums: Record<string, number[]> = {};
  for (const line of counts.filter((each) => each.startsWith(`${unit} `))) {
    const [, at, ...rest] = line.split(" ");
    const day = Math.floor(Number(at) / UNITS_PER_DAY[unit]!);
    const [packets, attempts, bytes] = rest.slice(-6, -3).map(Number) as [number, number, number];
    const [a = 0, b = 0, c = 0] = (sums[`${day} ${rest.slice(0, -6).join(" ")}`] ??= []);
    sums[`${day} ${rest.slice(0, -6).join(" ")}`] = [a + packets, b + attempts, c + bytes];
  }
  return sums;
}
