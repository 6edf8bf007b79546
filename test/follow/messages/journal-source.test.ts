import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { followJournal, type JournalOptions } from "../../../src/follow/messages/journal-source.ts";
import type { SourceStart } from "../../../src/follow/messages/source-batch.ts";
import { lineBytesMax } from "../../../src/model/limits.ts";
import { needs } from "../../end-to-end/machine.ts";
import { GatheredSource } from "./gathered-source.ts";
import { journalMissing, PrivateJournal } from "./private-journal.ts";

const missing = journalMissing();
const everything: SourceStart = { from: "time", time: 0 };

needs("a private journal", missing);

function follow(
  journal: PrivateJournal,
  start: SourceStart = everything,
  more: Partial<JournalOptions> = {},
): GatheredSource {
  const { parameters } = journal;
  const settings = { start, offset: 0, gatherMs: 20, retryMsMin: 10, bootId: "", parameters };
  return new GatheredSource((given) => followJournal({ ...settings, ...given, ...more }));
}

const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ message: `message ${from + index}` }));

describe.skipIf(missing !== undefined)("followJournal()", () => {
  test("gives each message of the kernel as a line, what is there and what comes", async () => {
    using journal = new PrivateJournal();
    journal.write(numbered(2));
    await using source = follow(journal);
    await source.untilCount(2);
    journal.write(numbered(1, 2));
    await source.untilCount(3);
    expect(source.lines).toEqual([
      "2026-03-01T10:00:00.000000+00:00 n1 kernel: [    0.999995] message 0",
      "2026-03-01T10:00:01.000000+00:00 n1 kernel: [    1.999995] message 1",
      "2026-03-01T10:00:02.000000+00:00 n1 kernel: [    2.999995] message 2",
    ]);
    expect(source.live).toEqual([false, false, true]);
    expect(source.losses).toEqual([]);
  });

  test("takes nothing for the kernel's that is not", async () => {
    using journal = new PrivateJournal();
    journal.write([
      { message: "from syslog", transport: "syslog" },
      { message: "from stdout", transport: "stdout" },
      { message: "written to /dev/kmsg", facility: "1" },
      { message: "without a facility", facility: undefined },
      { message: "Missed 5 kernel messages", transport: "driver" },
      { message: "the kernel's" },
    ]);
    await using source = follow(journal);
    await source.untilCount(4);
    expect(
      source.lines.map((line) => line.slice("2026-03-01T10:00:00.000000+00:00 ".length)),
    ).toEqual([
      "n1 kmsg[0]: written to /dev/kmsg",
      "n1 kmsg[0]: without a facility",
      "n1 systemd-journald: Missed 5 kernel messages",
      "n1 kernel: [    5.999995] the kernel's",
    ]);
  });

  test("makes one line of a message of several, and rejects one that is too long", async () => {
    using journal = new PrivateJournal();
    journal.write([
      { message: "one\ntwo\n" },
      { message: "" },
      { message: "x".repeat(lineBytesMax) },
      { message: "y".repeat(3 * 1024 * 1024) },
      { message: Buffer.from([0, 1, 0xff, 0x0d, 0x41]) },
      { message: "last" },
    ]);
    await using source = follow(journal);
    await source.untilCount(6);
    const [lines, empty, long, huge, binary, last] = source.messages();
    expect([lines, empty, binary, last]).toEqual(["one#012two", "", "\0\u0001\u00ff#015A", "last"]);
    expect(source.lines.filter((line) => line.length === lineBytesMax + 1)).toHaveLength(2);
    expect([new Set(long), new Set(huge)]).toEqual([new Set("x"), new Set("y")]);
  });

  test("goes on behind the cursor, over boots too", async () => {
    using journal = new PrivateJournal();
    const boots = [0, 0, 1, 2, 2].map((boot, number) => ({ message: `message ${number}`, boot }));
    journal.write(boots);
    const cursors = journal.cursors();
    expect(cursors).toHaveLength(5);
    for (const [index, cursor] of cursors.entries()) {
      await using source = follow(journal, { from: "cursor", cursor, lastTime: 0 });
      journal.write([{ message: `new ${index}`, boot: 2 }]);
      const expected = journal.cursors().length - index - 1;
      await source.untilCount(expected);
      const rest = boots.slice(index + 1).map(({ message }) => message);
      expect(source.messages()).toEqual([
        ...rest,
        ...Array.from({ length: index + 1 }, (_, number) => `new ${number}`),
      ]);
      expect(source.losses).toEqual([]);
    }
  });

  test("says what is lost when the journal does not reach back to the cursor", async () => {
    using journal = new PrivateJournal();
    journal.write(numbered(3), "old.journal");
    const cursor = journal.cursors().at(-2)!;
    journal.write(numbered(2, 3), "new.journal");
    journal.remove("old.journal");
    await using source = follow(journal, { from: "cursor", cursor, lastTime: 0 });
    await source.untilCount(2);
    expect(source.messages()).toEqual(["message 3", "message 4"]);
    expect(source.losses).toEqual([
      {
        reason: "rotated-unread",
        detail: "the journal was vacuumed or rotated before it was read",
        fromTime: 1_772_359_201_000_000,
        toTime: 1_772_359_203_000_000,
        offset: 0,
        contentHash: "",
      },
    ]);
  });

  test("waits for a journal that does not show the last entry that was counted", async () => {
    using journal = new PrivateJournal();
    journal.write(numbered(2), "a.journal");
    const cursor = journal.cursors()[1]!;
    journal.remove("a.journal");
    journal.write([{ message: "x", transport: "syslog" }], "b.journal");
    await using source = follow(journal, { from: "cursor", cursor, lastTime: 0 });
    await source.until(
      () => source.events.some((event) => event.startsWith("failed")),
      "a failure",
    );
    expect(source.events).toContainEqual(expect.stringContaining("it shows no entry at all"));
    journal.write(numbered(1, 2), "b.journal");
    await source.untilCount(1);
    expect(source.messages()).toEqual(["message 2"]);
    expect(source.losses.map(({ reason }) => reason)).toEqual(["rotated-unread"]);
  });

  test("begins at the end, and loses nothing of what comes", async () => {
    using journal = new PrivateJournal();
    journal.write(numbered(3));
    const time = 1_772_359_202_500_000;
    await using source = follow(journal, { from: "end", time });
    journal.write(numbered(2, 3));
    await source.untilCount(2);
    expect(source.messages()).toEqual(["message 3", "message 4"]);
  });

  test("reads no faster than its lines are counted", async () => {
    using journal = new PrivateJournal();
    journal.write(numbered(20_000));
    const source = follow(journal);
    const release = source.holdBack();
    await source.untilCount(1);
    const first = source.lines.length;
    expect(source.buffers.outMax).toBe(1);
    expect(first).toBeLessThan(20_000);
    release();
    await source.untilCount(20_000);
    expect(source.buffers.outMax).toBeLessThanOrEqual(2);
    expect(new Set(source.messages()).size).toBe(20_000);
    await source.end();
    expect(source.lines).toHaveLength(20_000);
  });
});

describe.skipIf(missing !== undefined)("followJournal() when journalctl", () => {
  /** A program that notes its number and becomes journalctl. */
  function noted(journal: PrivateJournal): { program: string; pids: () => readonly number[] } {
    const program = join(journal.folder, "journalctl.sh");
    const file = join(journal.folder, "pids");
    writeFileSync(file, "");
    writeFileSync(program, `#!/bin/sh\necho $$ >>${file}\nexec journalctl "$@"\n`);
    chmodSync(program, 0o755);
    return { program, pids: () => readFileSync(file, "utf8").split(/\n/).slice(0, -1).map(Number) };
  }

  test("is killed in the middle, gives each message once", async () => {
    using journal = new PrivateJournal();
    journal.write(numbered(30_000));
    const { program, pids } = noted(journal);
    await using source = follow(journal, everything, { program });
    let release = source.holdBack();
    let written = 30_000;
    let seen = 0;
    for (let batch = 0; batch < 12; batch++) {
      await source.until(() => source.lines.length > seen, "another batch");
      seen = source.lines.length;
      // It waits for somebody to take what is in the pipe, unless it was killed a batch before.
      execFileSync("sh", ["-c", `kill -KILL ${pids().at(-1)} || true`], { stdio: "ignore" });
      journal.write(numbered(10, written));
      written += 10;
      const releaseThis = release;
      release = source.holdBack();
      releaseThis();
    }
    release();
    await source.untilCount(written);
    expect(source.messages()).toEqual(numbered(written).map(({ message }) => message));
    expect(source.losses).toEqual([]);
    const kills = source.events.filter((event) => event.includes("it was ended by SIGKILL"));
    expect(kills.length).toBeGreaterThanOrEqual(2);
  });

  test("is not there, says what it needs", async () => {
    using journal = new PrivateJournal();
    await using source = follow(journal, everything, { program: "/no/journalctl" });
    await source.until(() => source.events.length > 1, "a failure");
    expect(source.events[1]).toBe(
      "failed: Cannot read the journal: spawn /no/journalctl ENOENT; it needs the program " +
        "journalctl (systemd 236 or newer) and the group systemd-journal or adm",
    );
  });

  test("fails, passes on what it says, and is started again", async () => {
    using journal = new PrivateJournal();
    const parameters = ["--directory", join(journal.folder, "missing")];
    await using source = follow(journal, everything, { parameters });
    await source.until(() => source.events.length > 2, "two failures");
    expect(source.events[2]).toMatch(/missing: No such file or directory/);
  });

  test("is following, leaves no process behind when the signal comes", async () => {
    using journal = new PrivateJournal();
    journal.write(numbered(3));
    const { program, pids } = noted(journal);
    const source = follow(journal, everything, { program });
    await source.untilCount(3);
    // One gave what was there, the other follows.
    await source.until(() => pids().length === 2, "a second process");
    await source.end();
    expect(source.lines).toHaveLength(3);
    expect(pids().filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  });
});
