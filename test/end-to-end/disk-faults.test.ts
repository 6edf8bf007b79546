import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { integrityOf } from "./database.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, programMissing, smallDiskMissing } from "./machine.ts";
import { startDenyscope } from "./program.ts";
import { statusOf, untilRead } from "./queries.ts";
import { SmallDisk } from "./small-disk.ts";

const first = denialLines({ seed: 3, lines: 300 });
const second = denialLines({ seed: 4, lines: 300, from: 600 });
const all = [...first, ...second];

const diskMissing = smallDiskMissing();
const straceMissing = programMissing("strace");

needs("a small disk", diskMissing);
needs("strace", straceMissing);

async function expectAllCounted(database: string): Promise<void> {
  const { conservation, losses } = await statusOf(database);
  expect(conservation.lines).toMatchObject({ read: all.length, denials: all.length, holds: true });
  expect(conservation.packets).toMatchObject({ kept: all.length, holds: true });
  expect(losses).toEqual([]);
  expect(integrityOf(database)).toBe("ok");
}

describe.skipIf(diskMissing !== undefined)("on a disk of its own", () => {
  test("an agent says that its disk is read-only, and its next start counts the rest", async () => {
    using place = new Place();
    using disk = new SmallDisk(place.path("."));
    const database = join(disk.path, "denyscope.db");
    const log = place.write("syslog", first);
    await using agent = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, first.length);
    disk.failReadOnly();
    appendFileSync(log, second.join(""));
    await agent.says("Commit failed");
    const { conservation } = await statusOf(database);
    const refused = await startDenyscope(["import", log, "--db", database]).ended;
    const ended = await agent.end("SIGKILL");
    await disk.unmount();
    disk.mount();
    await using next = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, all.length);
    await next.end("SIGTERM");

    expect(ended.stderr).toMatch(/its file system may have become read-only/);
    expect(conservation.lines).toMatchObject({ read: first.length, holds: true });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("check its permissions, and that its file system is not");
    await expectAllCounted(database);
  });

  test("an agent goes on when no file can be made any more", async () => {
    using place = new Place();
    using disk = new SmallDisk(place.path("."), { inodes: 32 });
    const database = join(disk.path, "denyscope.db");
    const log = place.write("syslog", first);
    disk.fillInodes();
    const refused = await startDenyscope(["agent", log, "--db", database]).ended;
    disk.free();
    await using agent = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, first.length);
    disk.fillInodes();
    appendFileSync(log, second.join(""));
    await untilRead(database, all.length);
    const ended = await agent.end("SIGTERM");

    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/the disk is full/);
    expect(refused.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(ended.status, ended.stderr).toBe(0);
    await expectAllCounted(database);
  });
});

describe.skipIf(straceMissing !== undefined)("when the kernel answers with an error", () => {
  test("EROFS, until the disk can be written to again: the agent goes on by itself", async () => {
    using place = new Place();
    const database = place.path("denyscope.db");
    const log = place.write("syslog", first);
    await using agent = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, first.length);
    const fault = await inject(agent.pid, "openat,pwrite64:error=EROFS", [
      `${database}-wal`,
      `${database}-probe`,
    ]);
    appendFileSync(log, second.join(""));
    await agent.says("its file system may have become read-only");
    const { conservation } = await statusOf(database);
    await fault.end();
    await untilRead(database, all.length);
    const ended = await agent.end("SIGTERM");

    expect(conservation.lines).toMatchObject({ read: first.length, holds: true });
    expect(ended.status, ended.stderr).toBe(0);
    await expectAllCounted(database);
  });

  test("EIO of fdatasync(): the agent ends, and its next start counts each line once", async () => {
    using place = new Place();
    const database = place.path("denyscope.db");
    const log = place.write("syslog", first);
    await using agent = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, first.length);
    const fault = await inject(agent.pid, "fdatasync,fsync:error=EIO", []);
    appendFileSync(log, second.join(""));
    const { status, stderr } = await agent.ended;
    await fault.end();
    const logBytes = existsSync(`${database}-wal`);
    await using next = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, all.length);
    await next.end("SIGTERM");

    expect(status).toBe(1);
    expect(stderr).toMatch(/^Cannot use database ".*": its disk reports an error/m);
    expect(logBytes, "nothing was moved from the write-ahead log").toBe(true);
    await expectAllCounted(database);
  });

  test("EDQUOT: as a full disk", async () => {
    using place = new Place();
    const database = place.path("denyscope.db");
    const log = place.write("syslog", first);
    await using agent = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, first.length);
    const fault = await inject(agent.pid, "openat,pwrite64:error=EDQUOT", [
      `${database}-wal`,
      `${database}-probe`,
    ]);
    appendFileSync(log, second.join(""));
    await agent.says("the disk is full");
    await fault.end();
    await untilRead(database, all.length);
    const ended = await agent.end("SIGTERM");

    expect(ended.status, ended.stderr).toBe(0);
    await expectAllCounted(database);
  });
});

/** Makes system calls of a running program fail, those on some files or all. */
async function inject(
  pid: number,
  what: string,
  paths: readonly string[],
): Promise<{ end(): Promise<void> }> {
  const files = paths.flatMap((path) => ["-P", path]);
  const calls = what.slice(0, what.indexOf(":"));
  const args = ["-f", "-p", String(pid), "-e", `trace=${calls}`, "-e", `inject=${what}`, ...files];
  const strace: ChildProcess = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(() => {
    strace.kill("SIGKILL");
  });
  let said = "";
  strace.stderr!.setEncoding("utf8");
  while (!said.includes("attached")) {
    const [chunk] = (await once(strace.stderr!, "data")) as [string];
    said += chunk;
  }
  strace.stderr!.resume();
  return {
    async end() {
      if (strace.exitCode !== null || strace.signalCode !== null) return;
      const exited = once(strace, "exit");
      // It lets go of the program.
      strace.kill("SIGTERM");
      await exited;
    },
  };
}
