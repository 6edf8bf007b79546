import {
  closeSync,
  copyFileSync,
  openSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ContentStart } from "../../src/follow/line-counting.ts";
import { CountedLines } from "./counted-lines.ts";
import { Following } from "./following.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

/** Each batch takes a while. */
class SlowLines extends CountedLines {
  override async count(...batch: Parameters<CountedLines["count"]>): Promise<void> {
    await super.count(...batch);
    await sleep(20);
  }
}

describe("follow()", () => {
  test("gives the lines that are there, and those that are written, as they are", async () => {
    using folder = new TemporaryFolder();
    await using following = new Following(folder.write("syslog", "a\nb\n"));
    await following.until("a", "b");
    folder.append("syslog", "c\n");
    await following.until("a", "b", "c");
    expect(following.live).toEqual([false, false, true]);
    expect(following.events).toEqual(["opened at 0"]);
  });

  test("tells how far it is behind while it reads what has gathered", async () => {
    using folder = new TemporaryFolder();
    const line = `${"x".repeat(1023)}\n`;
    await using following = new Following(folder.write("syslog", line.repeat(2000)), { pollMs: 1 });
    await expect.poll(() => following.lines.length).toBe(2000);
    expect(following.lags.length).toBeGreaterThan(1);
    expect(following.lags[0]).toBeGreaterThan(1_500_000);
    expect(following.lags).toEqual(following.lags.toSorted((a, b) => b - a));
  });

  test("ends within a long backlog, unless nobody will find its file again", async () => {
    using folder = new TemporaryFolder();
    const lines = Array.from({ length: 4000 }, (_, n) => String(n).padStart(1023, "x"));
    const counted = new SlowLines();
    const read = async (isDeleted: boolean) => {
      const settings = { counted, lastReadMs: 10 };
      await using following = new Following(folder.file("syslog"), settings);
      await following.untilCount(counted.lines.length + 1);
      if (isDeleted) unlinkSync(folder.file("syslog"));
      await following.end();
      return counted.lines.map(({ text }) => text);
    };
    folder.write("syslog", `${lines.join("\n")}\n`);
    const first = await read(false);
    expect(first.length).toBeLessThan(4000);
    expect(first).toEqual(lines.slice(0, first.length));
    expect(await read(true)).toEqual(lines);
    expect(counted.losses).toEqual([]);
  });

  test("gives a line when it is finished", async () => {
    using folder = new TemporaryFolder();
    await using following = new Following(folder.write("syslog", "a\nhalf"));
    await following.until("a");
    await sleep(20);
    expect(following.lines).toEqual(["a"]);
    folder.append("syslog", " and half\n");
    await following.until("a", "half and half");
  });

  test("waits for a file that is not there, and says so once", async () => {
    using folder = new TemporaryFolder();
    const path = folder.file("syslog");
    await using following = new Following(path);
    await following.untilEvent("unreadable");
    await sleep(30);
    folder.write("syslog", "a\n");
    await following.until("a");
    expect(following.events).toEqual([
      `unreadable: Cannot read log "${path}": it does not exist; check its name`,
      "opened at 0",
    ]);
  });

  test("goes on with the successor of a renamed file, and with what is written late", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\n");
    await using following = new Following(path, { rotateWaitMs: 700 });
    await following.until("a");
    const late = openSync(path, "a");
    renameSync(path, folder.file("syslog.1"));
    writeSync(late, "b\n");
    folder.write("syslog", "x\n");
    await following.until("a", "b", "x");
    writeSync(late, "c\n");
    await following.until("a", "b", "x", "c");
    closeSync(late);
    folder.append("syslog", "y\n");
    await following.until("a", "b", "x", "c", "y");
    await following.untilEvent("drained");
    expect(following.events).toEqual(["opened at 0", "rotated", "opened at 0", "drained"]);
  });

  test("reads a renamed file to its end before its successor", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "");
    await using following = new Following(path, { pollMs: 100 });
    await following.untilEvent("opened");
    folder.append("syslog", "a\n");
    renameSync(path, folder.file("syslog.1"));
    folder.write("syslog", "c\n");
    folder.append("syslog.1", "b\n");
    await following.until("a", "b", "c");
  });

  test("keeps a renamed file that is still written to, however long", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "");
    await using following = new Following(path, { rotateWaitMs: 500 });
    await following.untilEvent("opened");
    renameSync(path, folder.file("syslog.1"));
    folder.write("syslog", "");
    const expected: string[] = [];
    for (let line = 0; line < 7; line++) {
      await sleep(100);
      folder.append("syslog.1", `${line}\n`);
      expected.push(String(line));
    }
    await following.until(...expected);
    expect(following.events).not.toContain("drained");
    await following.untilEvent("drained");
  });

  test("begins anew in a file that was truncated", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\nb\n");
    await using following = new Following(path);
    await following.until("a", "b");
    truncateSync(path, 0);
    folder.append("syslog", "c\n");
    await following.until("a", "b", "c");
    expect(following.events).toEqual(["opened at 0", "truncated", "opened at 0"]);
    expect(following.losses).toEqual(["truncated at 4"]);
  });

  test("begins anew in a file that was written over when it had just been recognised", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\nb\n");
    class Overwriting extends CountedLines {
      override async begin(start: ContentStart) {
        if (start.place?.checkpoint.offset === 4) folder.write("syslog", "c\nd\ne\n");
        return super.begin(start);
      }
    }
    await using following = new Following(path, { counted: new Overwriting() });
    await following.until("a", "b");
    copyFileSync(path, folder.file("copy"));
    renameSync(folder.file("copy"), path);
    await following.until("a", "b", "c", "d", "e");
    expect(following.losses).toEqual(["truncated at 4"]);
  });

  test("goes on with a file that was removed until there is another", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\n");
    const late = openSync(path, "a");
    await using following = new Following(path, { rotateWaitMs: 1000 });
    await following.until("a");
    unlinkSync(path);
    await following.untilEvent("unreadable");
    writeSync(late, "b\n");
    closeSync(late);
    await following.until("a", "b");
    folder.write("syslog", "c\n");
    await following.until("a", "b", "c");
  });

  test("counts what is there when the signal comes, then ends", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\n");
    const following = new Following(path, { pollMs: 60_000 });
    await following.until("a");
    folder.append("syslog", "b\n");
    renameSync(path, folder.file("syslog.1"));
    folder.write("syslog", "c\nunfinished");
    await following.end();
    expect(following.lines).toEqual(["a", "b", "c"]);
  });

  test("passes over a line that is longer than a buffer", async () => {
    using folder = new TemporaryFolder();
    await using following = new Following(folder.write("syslog", `a\n${"x".repeat(500_000)}\nb\n`));
    await following.untilCount(3);
    const [first, long, last] = following.lines;
    expect([first, long!.length > 65_536, last]).toEqual(["a", true, "b"]);
  });
});

type Action = "write" | "write half" | "write late" | "rotate" | "truncate" | "read";
const actions = fc.array(
  fc.constantFrom<Action>(
    "write",
    "write",
    "write half",
    "write late",
    "rotate",
    "truncate",
    "read",
  ),
  { maxLength: 25 },
);

/** Does to a log what daemons and logrotate do, and knows which lines a follower must give. */
class Log implements Disposable {
  readonly path: string;
  readonly #folder: TemporaryFolder;
  readonly #following: Following;
  readonly expected: string[] = [];
  #current: number;
  #late: number | undefined;
  #half = "";
  #line = 0;
  #rotations = 0;

  constructor(folder: TemporaryFolder, following: Following) {
    this.#folder = folder;
    this.#following = following;
    this.path = following.path;
    this.#current = openSync(this.path, "a");
  }

  async act(action: Action): Promise<void> {
    switch (action) {
      case "write":
        return this.#write(this.#current, this.#takeHalf());
      case "write half":
        this.#half += `half ${this.#line++} `;
        writeSync(this.#current, this.#half.slice(this.#half.lastIndexOf("half")));
        return;
      case "write late":
        return this.#late === undefined ? undefined : this.#write(this.#late, "");
      case "rotate":
        return this.#rotate();
      case "truncate":
        return this.#truncate();
      case "read":
        return this.#read();
    }
  }

  #takeHalf(): string {
    const half = this.#half;
    this.#half = "";
    return half;
  }

  #write(fd: number, half: string): void {
    const text = `line ${this.#line++}`;
    writeSync(fd, `${text}\n`);
    this.expected.push(half + text);
  }

  /** logrotate: the daemon goes on writing to the old file until it is told. */
  async #rotate(): Promise<void> {
    if (this.#half !== "") this.#write(this.#current, this.#takeHalf());
    if (this.#late !== undefined) closeSync(this.#late);
    this.#late = this.#current;
    renameSync(this.path, this.#folder.file(`syslog-${20_260_000 + ++this.#rotations}`));
    this.#current = openSync(this.path, "a");
    await this.#following.untilCountOf("opened", this.#rotations + 1);
  }

  /** logrotate's copytruncate, after what was written has been read. */
  async #truncate(): Promise<void> {
    if (this.#half !== "") return;
    await this.#read();
    const isEmpty = this.#following.sizeOfCurrent() === 0;
    truncateSync(this.path, 0);
    if (isEmpty) return;
    const count = this.#following.countOf("truncated");
    await this.#following.untilCountOf("truncated", count + 1);
  }

  async #read(): Promise<void> {
    await this.#following.untilCount(this.expected.length);
  }

  [Symbol.dispose](): void {
    closeSync(this.#current);
    if (this.#late !== undefined) closeSync(this.#late);
  }
}

test("follow() gives every line once, whatever daemons and logrotate do", async () => {
  await fc.assert(
    fc.asyncProperty(actions, async (all) => {
      using folder = new TemporaryFolder();
      const following = new Following(folder.write("syslog", ""), { rotateWaitMs: 10_000 });
      await following.untilEvent("opened");
      using log = new Log(folder, following);
      for (const action of all) await log.act(action);
      await following.end();
      expect(following.lines.toSorted()).toEqual(log.expected.toSorted());
    }),
    { numRuns: 150 },
  );
});
