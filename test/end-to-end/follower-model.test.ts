import { beforeAll, describe, expect, test } from "vitest";
import { type Outcome, play } from "./model/play.ts";
import { randomSequence } from "./model/random-sequence.ts";
import { parseSequence, sequenceText } from "./model/sequence.ts";
import { shrink } from "./model/shrink.ts";
import { isLong } from "../long-run.ts";

const seeds = { first: isLong ? 1000 : 1, count: isLong ? 2000 : 10 };
const AT_ONCE = 6;
const SHRINK_MS_MAX = isLong ? 600_000 : 60_000;
/** More of them would be the same fault. */
const FAILURES_MAX = 3;

/** Sequences that once failed, and others that are known to be hard. */
const known: readonly { readonly name: string; readonly sequence: string }[] = [
  {
    name: "several rotations while it is killed with a file half read, compressed at once",
    sequence: `numeric keep-4 compress gz create own-head disk: write 5000, start, wait, write
      2000, kill, write 10, rotate, hup, write 10, rotate, hup, write 10, start`,
  },
  {
    name: "rotations while it is paused, with the same first kilobyte in all files",
    sequence: `dateext keep-4 delaycompress zst nocreate same-head disk: write 5, start, wait,
      pause, write 5, rotate, hup, write 5, rotate, write 3, hup, write 2, continue, write 1`,
  },
  {
    name: "killed right after a rotation, with late lines",
    sequence: `numeric keep-2 plain gz create own-head disk: write 5, start, wait, write 3,
      rotate, kill, write 4, hup, write 2, start`,
  },
  {
    name: "a rotation between the first start and the first commit",
    sequence: `numeric keep-3 plain gz create own-head disk: write 5, start, sleep 60, kill,
      rotate, hup, write 2, start`,
  },
  {
    name: "a half line when the file is renamed, finished late",
    sequence: `numeric keep-2 plain gz nocreate own-head disk: write 1, half 50, start, wait,
      rotate, sleep 100, finish, write 1, hup, write 1`,
  },
  {
    name: "a half line that is never finished, in an archive",
    sequence: `numeric keep-3 compress gz create own-head disk: write 1, start, wait, half 100,
      rotate, hup, write 1`,
  },
  {
    name: "empty files are rotated",
    sequence: `numeric keep-3 plain gz create own-head disk: write 2, start, wait, rotate, hup,
      rotate, hup, write 3, rotate, hup, rotate, hup, write 1`,
  },
  {
    name: "truncated, and longer than before at the next look",
    sequence: `numeric keep-1 plain gz create own-head disk: write 9, start, wait, regrow 3,
      write 2`,
  },
  {
    name: "deleted, and another with the same inode while it is stopped",
    sequence: `numeric keep-1 plain gz create own-head disk: write 9, start, wait, stop,
      recreate 20, start, write 2`,
  },
  {
    name: "copied and truncated while lines are written",
    sequence: `numeric keep-3 plain gz create own-head disk: write 9, start, wait, write 5,
      copytruncate 2, write 9, copytruncate, write 1`,
  },
  {
    name: "the same, the second time while the log is looked at",
    sequence: `numeric keep-3 plain gz create own-head disk: write 9, start, wait, write 5,
      copytruncate 2, sleep 250, write 9, copytruncate, write 1`,
  },
  {
    name: "a new log that begins as the one before, which is longer",
    sequence: `numeric keep-4 plain gz create same-head disk: write 4, start, wait, rotate`,
  },
  {
    name: "a log made anew that begins as the one before, which was longer",
    sequence: `dateext keep-2 plain zst create same-head disk: write 8, start, wait, recreate 4`,
  },
  {
    name: "dates of 18 digits in the names of rotated files",
    sequence: `dateext keep-9 plain zst create own-head disk: write 8, start, wait, write 10,
      rotate, write 12, rotate, kill, write 3000`,
  },
  {
    name: "an empty rotated file above one that is not read",
    sequence: `numeric keep-4 delaycompress gz create own-head memory: start, wait, rotate,
      hup, rotate, hup, write 8, sleep 218, rotate, hup, rotate`,
  },
  {
    name: "the file that was read last is deleted, those after it are kept",
    sequence: `numeric keep-2 plain zst create own-head memory: write 10, start, wait, rotate,
      write 4, half 56, hup, write 1, rotate, hup, write 10, rotate`,
  },
  {
    name: "the same, with a late line that is read after those were written",
    sequence: `numeric keep-3 delaycompress zst create own-head disk: write 10, start, wait,
      half 10, rotate, sleep 85, finish, hup, half 100, rotate, sleep 2, hup, write 10, rotate,
      hup, write 3, half 100, rotate`,
  },
  {
    name: "truncated, and rotated before the next look",
    sequence: `dateext keep-4 delaycompress zst nocreate own-head disk: write 3000, start,
      wait, write 2, truncate, write 6, rotate`,
  },
  {
    name: "rewritten while it is paused, and rotated and compressed",
    sequence: `numeric keep-3 compress zst create own-head disk: write 1, start, wait, write 3,
      pause, regrow 4, continue, write 3000, rotate, sleep 176`,
  },
  {
    name: "killed when nothing but the same first kilobyte was committed of a log",
    sequence: `numeric keep-9 compress gz create same-head memory: rotate, hup, start, sleep
      1200, write 3000, sleep 204, kill, write 3000, rotate, sleep 253, start, sleep 20, write
      4, rotate`,
  },
  {
    name: "begun empty, rotated and compressed between two looks",
    sequence: `numeric keep-9 compress zst create own-head memory: write 6, start, wait, write
      9, rotate, sleep 90, hup, wait, write 11, rotate, hup, sleep 36, write 3000`,
  },
  {
    name: "begun empty, replaced by a copy that is written to, and rotated between two looks",
    sequence: `dateext keep-3 delaycompress zst nocreate own-head memory: start, wait, write 1,
      copy, write 1, half 100, rotate`,
  },
  {
    name: "the same, compressed at once",
    sequence: `dateext keep-9 compress zst nocreate own-head memory: start, wait, write 1, copy,
      write 1, rotate`,
  },
  {
    name: "two rotations between two looks, of which one file is kept",
    sequence: `numeric keep-1 delaycompress gz nocreate own-head disk: write 12, start, wait,
      write 1, rotate, sleep 69, hup, write 10, rotate, hup, write 4`,
  },
  {
    name: "a last line without its end, in a file behind one that is counted to its end",
    sequence: `numeric keep-9 plain zst create own-head disk: write 6, start, wait, write 10, half
      100, rotate, sleep 481, write 9, wait, write 8, hup, write 12, rotate, write 1, hup, sleep
      18, write 5, kill, start`,
  },
  {
    name: "an archive was looked at last, and is behind a file that is counted to its end",
    sequence: `dateext keep-9 delaycompress zst create own-head disk: write 3, start, wait,
      rotate, hup, rotate, hup, wait, sleep 1200, write 8, sleep 292, kill, write 10, rotate,
      sleep 131, kill, start, wait, write 9, rotate, sleep 271, kill, start`,
  },
  {
    name: "packed between a look at the names and the opening",
    sequence: `numeric keep-9 compress zst create own-head disk: write 7, start, wait, write 10,
      rotate, sleep 19, write 12, hup, write 12, rotate, write 3, half 100, hup, write 1, rotate,
      sleep 13, write 3000, hup, write 3000, sleep 187, half 30, kill, rotate, hup`,
  },
  {
    name: "written over, and renamed before the next look with no new one made",
    sequence: `dateext keep-999 plain zst nocreate own-head memory: write 7, start, wait, write 1,
      sleep 1, shorter, write 3000, sleep 145, half 68, rotate, sleep 149`,
  },
  {
    name: "empty when it was seen last, and two rotations of which one file is kept",
    sequence: `numeric keep-1 delaycompress zst nocreate own-head memory: start, wait, rotate,
      kill, write 1, rotate`,
  },
  {
    name: "killed before a rotated file was closed, which is deleted, with the next one read",
    sequence: `numeric keep-2 compress gz create own-head memory: write 4, start, wait, half 100,
      rotate, sleep 178, finish, hup, write 3000, write 11, half 100, rotate, sleep 62, finish,
      hup, half 100, kill, rotate, hup, write 9, start`,
  },
  {
    name: "begun empty by an agent that is killed, and compressed with what was written since",
    sequence: `numeric keep-9 compress gz nocreate own-head disk: write 3000, start, wait, half 100,
      rotate, sleep 10, finish, hup, sleep 225, write 11, rotate, kill, write 2, hup, start, write
      3000, pause, write 7, continue, kill, start, wait, write 3000, rotate, kill, write 2000, hup,
      start`,
  },
];

describe("a log that is rotated, rewritten and lost, with an agent killed and paused", () => {
  const outcomes = new Map<string, Outcome>();

  beforeAll(async () => {
    await eachOf(known, async ({ name, sequence }) => {
      outcomes.set(name, await play(parseSequence(sequence)));
    });
  }, 300_000);

  test.for(known)("$name", ({ name }) => {
    const { faults, agentLog } = outcomes.get(name)!;
    expect(faults, agentLog).toEqual([]);
  });

  test(`${seeds.count} random sequences from seed ${seeds.first}`, {
    timeout: isLong ? 7_200_000 : 600_000,
  }, async () => {
    const failures = await failingSeeds();
    const reports = await Promise.all(failures.map(reportOf));
    expect(reports.join("\n\n")).toBe("");
  });
});

async function failingSeeds(): Promise<readonly number[]> {
  const failing: number[] = [];
  const all = Array.from({ length: seeds.count }, (_, index) => seeds.first + index);
  await eachOf(all, async (seed) => {
    if (failing.length >= FAILURES_MAX) return;
    const { faults } = await play(randomSequence(seed));
    if (faults.length > 0) failing.push(seed);
  });
  return failing;
}

/** Some at once, for a sequence waits most of the time. */
async function eachOf<Item>(
  items: readonly Item[],
  play: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await play(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** The seed, the shortest sequence that fails, and how. */
async function reportOf(seed: number): Promise<string> {
  const sequence = randomSequence(seed);
  const outcome = await play(sequence);
  const shrunk = await shrink({ sequence, outcome }, SHRINK_MS_MAX);
  const { faults, agentLog } = shrunk.outcome;
  const text = faults.length > 0 ? faults.join("\n  ") : "it failed once, and not again";
  return `seed ${seed}: ${sequenceText(shrunk.sequence)}\n  ${text}\n${agentLog}`;
}
