import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { CountedLines } from "./counted-lines.ts";
import { Following } from "./following.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

/** What happens to a log; `at` gives the path of a file beside it. */
type Change = (at: (name: string) => string) => void;

const move = (at: (name: string) => string, from: string, to: string) =>
  renameSync(at(from), at(to));

function gzip(path: string): void {
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
  rmSync(path);
}

/** One rotation by numbers, and a new log. */
function rotate(at: (name: string) => string, first: string): void {
  for (let n = 4; n >= 1; n--) {
    for (const end of ["", ".gz", ".zst"]) {
      try {
        move(at, `syslog.${n}${end}`, `syslog.${n + 1}${end}`);
      } catch {
        // There need not be one of each.
      }
    }
  }
  move(at, "syslog", "syslog.1");
  writeFileSync(at("syslog"), first);
}

type Case = readonly [what: string, Change, lines: readonly string[], losses: readonly string[]];

const cases: readonly Case[] = [
  ["nothing", () => undefined, [], []],
  ["further lines", (at) => appendFileSync(at("syslog"), "c\n"), ["c"], []],
  [
    "a rotation",
    (at) => {
      appendFileSync(at("syslog"), "c\n");
      rotate(at, "d\n");
    },
    ["c", "d"],
    [],
  ],
  [
    "a rotation to a date",
    (at) => {
      appendFileSync(at("syslog"), "c\n");
      move(at, "syslog", "syslog-20261122");
      writeFileSync(at("syslog"), "d\n");
    },
    ["c", "d"],
    [],
  ],
  [
    "a rotation that has not made the new log yet",
    (at) => {
      appendFileSync(at("syslog"), "c\n");
      move(at, "syslog", "syslog.1");
    },
    ["c"],
    [],
  ],
  [
    "three rotations",
    (at) => {
      appendFileSync(at("syslog"), "c\n");
      rotate(at, "d\n");
      rotate(at, "e\n");
      rotate(at, "f\n");
    },
    ["c", "d", "e", "f"],
    [],
  ],
  [
    "rotations with archives",
    (at) => {
      appendFileSync(at("syslog"), "c\n");
      rotate(at, "d\n");
      gzip(at("syslog.1"));
      rotate(at, "e\n");
      writeFileSync(at("syslog.1.zst"), zstdCompressSync(readFileSync(at("syslog.1"))));
      rmSync(at("syslog.1"));
      rotate(at, "f\n");
    },
    ["c", "d", "e", "f"],
    [],
  ],
  [
    "an archive that is not finished",
    (at) => {
      appendFileSync(at("syslog"), "c\n");
      rotate(at, "d\n");
      const archive = gzipSync(readFileSync(at("syslog.1")));
      writeFileSync(at("syslog.1.gz"), archive.subarray(0, archive.length / 2));
    },
    ["c", "d"],
    [],
  ],
  [
    "a rotation of which the rest is gone",
    (at) => {
      appendFileSync(at("syslog"), "c\n");
      rmSync(at("syslog"));
      writeFileSync(at("syslog"), "d\n");
    },
    ["d"],
    ["rotated-unread at 4 or truncated at 4"],
  ],
  ["a truncation", (at) => truncateSync(at("syslog"), 0), [], ["truncated at 4"]],
  [
    "a truncation after which it grew past the checkpoint",
    (at) => {
      truncateSync(at("syslog"), 0);
      appendFileSync(at("syslog"), "a new line\nand one more\n");
    },
    ["a new line", "and one more"],
    ["truncated at 4"],
  ],
  [
    "a truncation to a part",
    (at) => {
      truncateSync(at("syslog"), 2);
      appendFileSync(at("syslog"), "x\n");
    },
    ["x"],
    ["rewritten at 4"],
  ],
  [
    "other lines over those that were counted, and a rotation that makes no new log",
    (at) => {
      writeFileSync(at("syslog"), "x\n");
      move(at, "syslog", "syslog.2");
    },
    ["x"],
    ["truncated at 4"],
  ],
  [
    "another log, renamed before it was seen, of which the one before is gone",
    (at) => {
      rmSync(at("syslog"));
      writeFileSync(at("syslog.2"), "x\n");
    },
    ["x"],
    ["rotated-unread at 4 or truncated at 4"],
  ],
  [
    "copytruncate",
    (at) => {
      appendFileSync(at("syslog"), "c\n");
      move(at, "syslog.1", "syslog.2");
      copyFileSync(at("syslog"), at("syslog.1"));
      truncateSync(at("syslog"), 0);
      appendFileSync(at("syslog"), "d\n");
    },
    ["c", "d"],
    ["truncated at 4"],
  ],
  [
    "an editor that removed the first line",
    (at) => {
      writeFileSync(at("new"), "b\nc\n");
      move(at, "new", "syslog");
    },
    ["c"],
    ["rewritten at 4"],
  ],
];

describe("follow() after a stop", () => {
  test.each(cases)("counts what is new after %s", async (_, change, lines, losses) => {
    using folder = new TemporaryFolder();
    const at = (name: string) => folder.file(name);
    utimesSync(folder.write("syslog.1", "from before the first start\n"), 1, 1);
    const path = folder.write("syslog", "a\nb\n");
    const counted = new CountedLines();
    const first = new Following(path, { counted });
    await first.until("a", "b");
    await first.end();

    change(at);
    const second = new Following(path, { counted, rotateWaitMs: 50 });
    await second.settled();
    await second.end();
    expect(counted.lines.map(({ text }) => text)).toEqual(["a", "b", ...lines]);
    expect(counted.losses.length).toBe(losses.length);
    for (const [index, loss] of losses.entries()) expect(loss).toContain(counted.losses[index]!);
  });

  test("enters an empty log that is gone, whose lines may have been in it", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "");
    const counted = new CountedLines();
    const first = new Following(path, { counted });
    await first.settled();
    await first.end();

    rmSync(path);
    folder.write("syslog.1", "");
    folder.write("syslog", "x\n");
    const second = new Following(path, { counted });
    await second.until("x");
    await second.end();
    // It depends on the file system whether the next file has its inode.
    expect(["rotated-unread at 0", "truncated at 0"]).toContain(counted.losses.join());
  });

  test.for([
    ["was not closed, is a loss", 60_000, "rotated", ["rotated-unread at 2"]],
    ["was closed, is none", 10, "drained", []],
  ] as const)("a rotated file that is gone, and %s", async ([, rotateWaitMs, event, losses]) => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\n");
    const counted = new CountedLines();
    const first = new Following(path, { counted, rotateWaitMs });
    await first.until("a");
    renameSync(path, folder.file("syslog.1"));
    folder.write("syslog", "b\n");
    await first.until("a", "b");
    await first.untilEvent(event);
    await first.end();

    rmSync(folder.file("syslog.1"));
    const second = new Following(path, { counted });
    await second.settled();
    await second.end();
    expect(counted.losses).toEqual(losses);
  });

  test("knows what is lost when it is ended at its first look", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\nb\n");
    const counted = new CountedLines();
    const first = new Following(path, { counted });
    await first.until("a", "b");
    await first.end();

    renameSync(path, folder.file("elsewhere"));
    folder.write("syslog", "x\n");
    const second = new Following(path, { counted });
    await second.end();
    expect(counted.lines.map(({ text }) => text)).toEqual(["a", "b", "x"]);
    expect(counted.losses).toEqual(["rotated-unread at 4"]);
  });
});
