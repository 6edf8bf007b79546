import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { agentArguments, startAgent, untilCounted } from "./agent-run.ts";
import { Place } from "./import-place.ts";
import { needs, programMissing } from "./machine.ts";
import { countedNumbers, numberedLines, ranges } from "./numbered-lines.ts";
import { program } from "./built-program.ts";
import { denyscope, type Running } from "./program.ts";
import { statusOf } from "./queries.ts";

const MIB = 1024 * 1024;
const ROTATE_WAIT_SECONDS = 0.5;
/** Two polls and a commit: what is not counted then is not going to be. */
const CALM_MS = 1500;

/** A folder of logs and a database elsewhere, which an agent follows. */
class Followed extends Place {
  readonly database = this.path("db");
  readonly log = this.path("log/syslog");

  constructor() {
    super();
    mkdirSync(this.path("log"));
  }

  start(logs: readonly string[] = [this.log], more: readonly string[] = []): Running {
    const rotateWaitSeconds = ROTATE_WAIT_SECONDS;
    return startAgent({ logs, database: this.database, rotateWaitSeconds, more });
  }

  /** Ends the agent: these numbers were counted, each once, and nothing else, nor is any lost. */
  async expectCounted(agent: Running, numbers: readonly number[]): Promise<void> {
    await untilCounted(this.database, numbers);
    const { status, stderr } = await agent.end("SIGTERM");
    const counted = countedNumbers(this.database);
    expect(status, stderr).toBe(0);
    expect(ranges([...counted.keys()]), stderr.slice(-3000)).toBe(ranges(numbers));
    expect([...counted.values()].every((packets) => packets === 1)).toBe(true);
    const { conservation, losses } = await statusOf(this.database);
    expect(conservation.lines.holds && conservation.packets.holds).toBe(true);
    expect(losses.filter(({ recoveredAt }) => recoveredAt === undefined)).toEqual([]);
  }
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, number) => number);
}

describe("a log that is not there at the start", () => {
  test("is followed from its first line when it appears", async () => {
    using place = new Followed();
    await using agent = place.start();
    await sleep(CALM_MS);
    writeFileSync(place.log, numberedLines(0, 3));
    await place.expectCounted(agent, upTo(3));
  });

  test("may miss its folder, too", async () => {
    using place = new Followed();
    const log = place.path("later/deep/syslog");
    await using agent = place.start([log]);
    await sleep(CALM_MS);
    mkdirSync(place.path("later/deep"), { recursive: true });
    writeFileSync(log, numberedLines(0, 3));
    await untilCounted(place.database, upTo(3));
    appendFileSync(log, numberedLines(3, 2));
    await place.expectCounted(agent, upTo(5));
  });
});

describe("what the path leads to", () => {
  test("a symbolic link is refused until it is a file", async () => {
    using place = new Followed();
    const link = place.path("log/link");
    writeFileSync(place.log, numberedLines(0, 3));
    symlinkSync("syslog", link);
    await using agent = place.start([link]);
    await agent.says("it is a symbolic link; name the file that it leads to");
    renameSync(place.log, link);
    await place.expectCounted(agent, upTo(3));
  });

  test("a FIFO is refused without waiting for a writer, and followed once it is one", async () => {
    using place = new Followed();
    const other = place.path("log/other");
    writeFileSync(other, numberedLines(0, 2));
    execFileSync("mkfifo", [place.log]);
    await using agent = place.start([place.log, other]);
    await untilCounted(place.database, upTo(2));
    appendFileSync(other, numberedLines(2, 2));
    await untilCounted(place.database, upTo(4));
    expect(countedNumbers(place.database).size, "the other log is followed meanwhile").toBe(4);
    await agent.says(place.log);
    rmSync(place.log);
    writeFileSync(place.log, numberedLines(4, 2));
    await place.expectCounted(agent, upTo(6));
  });

  test("a FIFO does not keep the agent from ending", async () => {
    using place = new Followed();
    execFileSync("mkfifo", [place.log]);
    await using agent = place.start();
    await sleep(CALM_MS);
    const { status, stderr } = await agent.end("SIGTERM");
    expect(status, stderr).toBe(0);
  });
});

describe("lines that are none", () => {
  test("200 MB of zero bytes are passed over in little memory", { timeout: 120_000 }, async () => {
    using place = new Followed();
    writeFileSync(place.log, numberedLines(0, 2));
    await using agent = place.start();
    await untilCounted(place.database, upTo(2));
    const zeros = Buffer.alloc(4 * MIB);
    const fd = openSync(place.log, "a");
    for (let written = 0; written < 200 * MIB; written += zeros.length) writeSync(fd, zeros);
    closeSync(fd);
    await sleep(CALM_MS);
    // What follows the zeros on their line is no line of its own.
    appendFileSync(place.log, `\n${numberedLines(2, 3)}`);
    await untilCounted(place.database, upTo(5), 60_000);
    expect(peakMib(agent.pid)).toBeLessThan(160);
    await place.expectCounted(agent, upTo(5));
  });

  test("a line of 50 MiB that comes without its end is one rejected line", async () => {
    using place = new Followed();
    writeFileSync(place.log, numberedLines(0, 2));
    await using agent = place.start();
    await untilCounted(place.database, upTo(2));
    for (let mib = 0; mib < 50; mib++) appendFileSync(place.log, Buffer.alloc(MIB, "x"));
    await sleep(CALM_MS);
    appendFileSync(place.log, `\n${numberedLines(2, 3)}`);
    await untilCounted(place.database, upTo(5));
    expect(peakMib(agent.pid)).toBeLessThan(160);
    await place.expectCounted(agent, upTo(5));
    const { conservation } = await statusOf(place.database);
    expect(conservation.lines).toMatchObject({ read: 6, rejected: { "line-too-long": 1 } });
  });
});

/** The most memory that the process ever had. */
function peakMib(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
}

describe("several logs", () => {
  test("a pattern finds those that are there, and those that appear later", async () => {
    using place = new Followed();
    mkdirSync(place.path("other"));
    writeFileSync(place.path("log/a.log"), numberedLines(0, 2));
    writeFileSync(place.path("other/b.log"), numberedLines(2, 2));
    writeFileSync(place.path("other/b.txt"), numberedLines(9000, 2));
    await using agent = place.start([place.path("log/*.log"), place.path("other/*.log")]);
    await untilCounted(place.database, upTo(4));
    writeFileSync(place.path("log/c.log"), numberedLines(4, 2));
    appendFileSync(place.path("log/a.log"), numberedLines(6, 2));
    await place.expectCounted(agent, upTo(8));
  });

  test("a log that a pattern found is followed through a rotation", async () => {
    using place = new Followed();
    const log = place.path("log/a.log");
    writeFileSync(log, numberedLines(0, 2));
    await using agent = place.start([place.path("log/*.log")]);
    await untilCounted(place.database, upTo(2));
    appendFileSync(log, numberedLines(2, 2));
    renameSync(log, `${log}.1`);
    appendFileSync(`${log}.1`, numberedLines(4, 2));
    writeFileSync(log, numberedLines(6, 2));
    await place.expectCounted(agent, upTo(8));
  });

  test("two with the same first kilobyte are two, also after a restart", async () => {
    using place = new Followed();
    const head = "2026-11-22T12:00:00.000000+00:00 worker init: the same in both\n".repeat(40);
    const [one, two] = [place.path("log/one"), place.path("log/two")];
    writeFileSync(one, head + numberedLines(0, 5));
    writeFileSync(two, head + numberedLines(5, 5));
    {
      await using agent = place.start([one, two]);
      await untilCounted(place.database, upTo(10));
      expect((await agent.end("SIGTERM")).status).toBe(0);
    }
    appendFileSync(one, numberedLines(10, 2));
    appendFileSync(two, numberedLines(12, 2));
    await using agent = place.start([one, two]);
    await place.expectCounted(agent, upTo(14));
  });

  test("the same log named twice is one", async () => {
    using place = new Followed();
    writeFileSync(place.log, numberedLines(0, 5));
    await using agent = place.start([place.log, place.path("log/../log/syslog")]);
    await untilCounted(place.database, upTo(5));
    appendFileSync(place.log, numberedLines(5, 2));
    await untilCounted(place.database, upTo(7));
    await sleep(CALM_MS);
    await place.expectCounted(agent, upTo(7));
  });
});

describe("where it begins", () => {
  test("--from end counts only what comes from now on", async () => {
    using place = new Followed();
    writeFileSync(`${place.log}.1`, numberedLines(9100, 5));
    writeFileSync(place.log, numberedLines(9000, 5));
    await using agent = place.start([place.log], ["--from", "end"]);
    await agent.says("Following a log");
    appendFileSync(place.log, numberedLines(0, 3));
    await place.expectCounted(agent, upTo(3));
  });

  test("--from 2h reaches into rotated files, and no further", async () => {
    using place = new Followed();
    const ago = (hours: number, from: number, count: number) =>
      numberedLines(from, count).replaceAll(/^\S+/gm, (stamp) => {
        const time = new Date(Date.parse(stamp) - hours * 3_600_000);
        return time.toISOString().replace("Z", "000+00:00");
      });
    const old = (path: string, hours: number) => {
      const time = Date.now() / 1000 - hours * 3600;
      utimesSync(path, time, time);
    };
    writeFileSync(`${place.log}.3.gz`, gzipSync(ago(5, 9000, 5)));
    old(`${place.log}.3.gz`, 5);
    writeFileSync(`${place.log}.2.gz`, gzipSync(ago(3, 9100, 5) + ago(1.5, 0, 4)));
    old(`${place.log}.2.gz`, 1.5);
    writeFileSync(`${place.log}.1`, ago(1, 4, 4));
    old(`${place.log}.1`, 1);
    writeFileSync(place.log, ago(0.5, 8, 4));
    await using agent = place.start([place.log], ["--from", "2h"]);
    await place.expectCounted(agent, upTo(12));
  });
});

test("a second agent on the same database is refused, and told whose it is", async () => {
  using place = new Followed();
  writeFileSync(place.log, numberedLines(0, 2));
  await using agent = place.start();
  await untilCounted(place.database, upTo(2));
  const second = await denyscope(agentArguments({ logs: [place.log], database: place.database }));
  expect(second.status).toBe(1);
  expect(second.stderr.trimEnd().split("\n").at(-1)).toContain(String(agent.pid));
  appendFileSync(place.log, numberedLines(2, 2));
  await place.expectCounted(agent, upTo(4));
});

const USER = 65_532;
const ADM = 4;
/** As a container of Kubernetes that may do nothing. */
const setpriv = [
  ...`setpriv --reuid ${USER} --regid ${USER} --groups ${ADM} --no-new-privs`.split(" "),
  ..."--bounding-set -all --inh-caps -all".split(" "),
];

function restrictionMissing(): string | undefined {
  if (process.getuid?.() !== 0) return "Changing users needs root.";
  const absent = programMissing("setpriv") ?? programMissing("unshare");
  if (absent !== undefined) return absent;
  const [command, ...rest] = setpriv;
  return spawnSync(command!, [...rest, "test", "-r", program]).status === 0
    ? undefined
    : "Others may not read the program.";
}

const missing = restrictionMissing();

needs("an agent without privileges", missing);

describe.skipIf(missing !== undefined)("an agent without privileges", () => {
  /** Logs as Debian has them, and a folder for the database that the agent may write to. */
  class Restricted extends Followed {
    readonly state = this.path("state");
    override readonly database = join(this.state, "db");

    constructor() {
      super();
      chmodSync(this.path("."), 0o755);
      mkdirSync(this.state);
      chownSync(this.state, USER, USER);
    }

    /** As rsyslogd makes it. */
    create(content: string): void {
      writeFileSync(this.log, content);
      chownSync(this.log, 0, ADM);
      chmodSync(this.log, 0o640);
    }

    startRestricted(through: readonly string[]): Running {
      const { log, database } = this;
      const plan = { logs: [log], database, rotateWaitSeconds: ROTATE_WAIT_SECONDS };
      return startAgent(plan, { through });
    }
  }

  test("loses nothing when a file cannot be read for a while", async () => {
    using place = new Restricted();
    place.create(numberedLines(0, 3));
    await using agent = place.startRestricted(setpriv);
    await untilCounted(place.database, upTo(3));
    renameSync(place.log, `${place.log}.1`);
    writeFileSync(place.log, numberedLines(3, 3), { mode: 0o600 });
    chmodSync(place.log, 0o600);
    await agent.says(place.log);
    await sleep(CALM_MS);
    appendFileSync(place.log, numberedLines(6, 3));
    expect(countedNumbers(place.database).size).toBe(3);
    chownSync(place.log, 0, ADM);
    chmodSync(place.log, 0o640);
    await place.expectCounted(agent, upTo(9));
  });

  test("goes on in a file that it could not read when it was started", async () => {
    using place = new Restricted();
    writeFileSync(place.log, numberedLines(0, 3), { mode: 0o600 });
    await using agent = place.startRestricted(setpriv);
    await agent.says("permission denied");
    chownSync(place.log, 0, ADM);
    chmodSync(place.log, 0o640);
    await place.expectCounted(agent, upTo(3));
  });

  test("needs no more than a read-only view of the folder", async () => {
    using place = new Restricted();
    place.create(numberedLines(0, 3));
    const [view, logs] = [place.path("view"), place.path("log")];
    mkdirSync(view);
    const mount = `mount --bind ${logs} ${view} && mount -o remount,bind,ro ${view}`;
    const inView = ["unshare", "-m", "sh", "-c", `${mount} && exec "$@"`, "sh", ...setpriv];
    const plan = { logs: [join(view, "syslog")], database: place.database, rotateWaitSeconds: 0.5 };
    await using agent = startAgent(plan, { through: inView });
    await untilCounted(place.database, upTo(3));
    const { stdout } = spawnSync("grep", ["^Cap", `/proc/${agent.pid}/status`], {
      encoding: "utf8",
    });
    expect(stdout).toMatch(/CapEff:\s+0+\nCapBnd:\s+0+\n/);
    appendFileSync(place.log, numberedLines(3, 2));
    renameSync(place.log, `${place.log}.1`);
    appendFileSync(`${place.log}.1`, numberedLines(5, 2));
    place.create(numberedLines(7, 2));
    await place.expectCounted(agent, upTo(9));
  });
});
