import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { writeSyslog } from "../../bench/syslog-generator.ts";
import type { FlowsAnswer } from "../../src/query/flows.ts";
import { type TopAnswer, topDimensions } from "../../src/query/top.ts";
import { followUp, logged } from "./follow-up-lines.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, programMissing, smallDiskMissing } from "./machine.ts";
import { sampleLogs } from "./naive-count.ts";
import { type Ended } from "./built-program.ts";
import { denyscope, outputOf, type RunOptions, startDenyscope } from "./program.ts";
import { SmallDisk } from "./small-disk.ts";
import { shownOnTerminal } from "./terminal.ts";

const lines = denialLines({ lines: 4000 });
const half = lines.slice(0, 2000);

describe("an answer from logs is the answer of a database that they were imported into", () => {
  const place = new Place();
  const [samples, generated] = [place.path("samples.db"), place.path("generated.db")];
  let logs: string[] = [];

  beforeAll(async () => {
    logs = sampleLogs.map(({ name, text }) => place.write(name, [text]));
    await outputOf(["import", ...logs, "--db", samples]);
    // More flows than fit the memory of a private database.
    const shape = { seed: 11, lines: 120_000, flows: 100_000, seconds: 7200, skew: 0 };
    writeSyslog(place.path("generated"), shape);
    await outputOf(["import", place.path("generated"), "--db", generated]);
    return () => place[Symbol.dispose]();
  });

  test.for([
    ...topDimensions.map((dimension) => `top ${dimension}`),
    "top src -o csv --limit 3",
    "top dst -o wide",
    "top port --since 20m",
    "top src --since 2026-11-22T14:30:00Z --until 2026-11-22T14:40:00Z --protocol tcp",
    "flows",
    "flows -o jsonl --sort lastSeen",
    "flows --since 10m --not --direction local",
    "flows --until 2026-11-22T14:35:00Z --from-ip 10.244.0.0/16",
    "flows --node worker-2",
  ])("%s", async (words) => {
    const args = words.split(" ");
    if (!args.includes("-o")) args.push("-o", "json");
    expect(await outputOf([...args, "--log", ...logs])).toBe(
      await outputOf([...args, "--db", samples]),
    );
  });

  test.for([{ window: [] }, { window: ["--since", "1d"] }])(
    "follow-ups and policies, $window",
    async ({ window }) => {
      const settings = ["--prefix-template", "calico-packet %t %k %p", "--follow-up-prefix", "re"];
      const log = place.write("policies", [
        logged({ prefix: "calico-packet t1 knp pay/a: ", at: 0 }),
        followUp("calico-packet-est: ", { at: 70 }),
        logged({ prefix: "calico-packet t1 np shop/b: ", dstPort: 80, at: 4000 }),
        followUp("re-rst: ", { dstPort: 80, at: 4001 }, "ACK RST"),
        followUp("re-est: ", { dst: "10.0.0.9", at: 4002 }),
      ]);
      const db = place.path(`policies-${window.length}.db`);
      await outputOf(["import", log, ...settings, "--db", db]);
      const asked = ["flows", "-o", "json", ...window];
      const answer = await outputOf([...asked, ...settings, "--log", log]);
      expect(answer).toBe(await outputOf([...asked, "--db", db]));
      const { flows } = JSON.parse(answer) as FlowsAnswer;
      expect(flows.map(({ policy, established, reset }) => [policy, established, reset])).toEqual([
        ["shop/b", undefined, 1],
        ["pay/a", 1, undefined],
        [undefined, 1, undefined],
      ]);
    },
  );

  test.for(["top src", "top src --since 1h", "flows --limit 50", "flows --limit 50 --since 90m"])(
    "%s, with more flows than memory",
    async (words) => {
      const args = [...words.split(" "), "-o", "json"];
      expect(await outputOf([...args, "--log", place.path("generated")])).toBe(
        await outputOf([...args, "--db", generated]),
      );
    },
  );
});

describe("what can be read", () => {
  test.for<[what: string, args: (place: Place) => readonly string[], input?: Uint8Array]>([
    ["a plain file", (place) => [place.write("syslog", lines)]],
    ["gzip", (place) => [place.write("syslog.1", gzipSync(lines.join("")))]],
    ["zstd", (place) => [place.write("syslog.1", zstdCompressSync(lines.join("")))]],
    ["standard input", () => ["-"], Buffer.from(lines.join(""))],
    ["compressed standard input", () => ["-"], gzipSync(lines.join(""))],
    ["several files", (place) => [...twoHalves(place)]],
    ["several --log", (place) => [twoHalves(place)[0], "--log", twoHalves(place)[1]]],
    ["a file and standard input", (place) => [place.write("a", half), "-"], rest()],
    ["a file and what it was before", (place) => [place.write("a", half), place.write("b", lines)]],
  ])("%s", async ([, args, input]) => {
    using place = new Place();
    const asked = ["top", "port", "-o", "json", "--log", ...args(place)];
    const { status, stdout, stderr } = await denyscope(asked, input === undefined ? {} : { input });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect((JSON.parse(stdout) as TopAnswer).totals).toMatchObject({
      packets: lines.length,
      packetsAreLowerBound: false,
    });
  });

  test("the settings of an import hold", async () => {
    using place = new Place();
    const log = place.write("syslog", [
      "Nov 22 12:00:00 worker-1 kernel: [  100.000001] my-policy: IN=eth0 OUT=cali0 " +
        "SRC=10.0.0.1 DST=10.0.1.1 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 PROTO=UDP SPT=1 DPT=2 " +
        "LEN=40 \n",
    ]);
    const flags = ["--timezone", "Asia/Tokyo", "--denied-prefix", "my-*"];
    const named = { through: ["env", "DENYSCOPE_NODE=central"] };
    const [flow] = (await flowsIn([log, ...flags], named)).flows;

    expect(flow?.firstSeen).toMatch(/T03:00:00Z$/);
    expect(flow?.node).toBe("central");
    expect((await flowsIn([log])).totals.packets).toBe(0);
    // Everywhere the same: of the lines, those of that node.
    expect((await flowsIn([log, ...flags, "--node", "worker-2"])).totals.packets).toBe(0);
    expect((await flowsIn([log, ...flags, "--node", "worker-1"])).totals.packets).toBe(1);
  });
});

describe("what cannot be read is said, and the rest is answered with exit code 1", () => {
  test("a file that is missing", async () => {
    using place = new Place();
    const log = place.write("syslog", lines);
    const { status, stderr, totals } = await asked([place.path("none"), log]);

    expect(stderr).toBe(
      `Cannot read log "${place.path("none")}": it does not exist; check its name\n`,
    );
    expect({ status, packets: totals?.packets }).toEqual({ status: 1, packets: lines.length });
  });

  test("nothing at all is no answer", async () => {
    using place = new Place();
    const { status, stdout, stderr } = await denyscope(["flows", "--log", place.path("none")]);
    expect(stderr).toMatch(/^Cannot read log .*\n$/);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  });

  test("an archive that is damaged gives a lower bound", async () => {
    using place = new Place();
    const whole = gzipSync(lines.join(""));
    const cut = place.write("cut.gz", whole.subarray(0, whole.length / 2));
    const { status, stderr, totals } = await asked([cut]);
    const { stdout: table } = await denyscope(["flows", "--log", cut]);

    expect(stderr).toMatch(
      /^Cannot read all of ".*cut.gz": unexpected end of file; its first \d+ decompressed bytes/,
    );
    expect(status).toBe(1);
    expect(totals).toMatchObject({ packetsAreLowerBound: true });
    expect(totals!.packets).toBeGreaterThan(0);
    expect(table).toMatch(/^at least [\d,]+ packets denied/);
  });

  test("a sound copy after it gives the rest", async () => {
    using place = new Place();
    const whole = gzipSync(lines.join(""));
    const cut = place.write("cut.gz", whole.subarray(0, whole.length / 2));
    const { totals } = await asked([cut, place.write("sound.gz", whole)]);
    expect(totals).toMatchObject({ packets: lines.length, packetsAreLowerBound: false });
  });

  test("compressed standard input that is cut", async () => {
    const input = gzipSync(lines.join("")).subarray(0, -20);
    const { status, stderr, totals } = await asked(["-"], { input });
    expect(stderr).toMatch(/^Cannot read all of "standard input": unexpected end of file/);
    expect(status).toBe(1);
    expect(totals).toMatchObject({ packetsAreLowerBound: true });
  });

  test("a line that is not finished, and lines that are rejected, are named", async () => {
    using place = new Place();
    const bad = lines[0]!.replace(/SRC=\S+/, "SRC=10.0.0.256");
    const log = place.write("syslog", [...lines, bad, lines[0]!.slice(0, -10)]);
    const { status, stderr, totals } = await asked([log]);
    expect(stderr).toBe(
      `${log}: 1 line rejected (denyscope parse tells why); its last line is not finished and ` +
        "is not counted\n",
    );
    expect({ status, packets: totals?.packets }).toEqual({ status: 0, packets: lines.length });
  });
});

describe("no line counts twice", () => {
  test.for<
    [what: string, other: (place: Place, log: string) => string, says: RegExp, exit: number]
  >([
    ["the same file", (_, log) => log, /counted before, under this or another name/, 0],
    ["a copy", copyOf, /counted before, under this or another name/, 0],
    ["its archive", archiveOf, /counted before, under this or another name/, 0],
    [
      "a shorter copy",
      (place) => place.write("shorter", half),
      /Cannot count ".*shorter": it is a shorter copy of ".*syslog", which is counted; name one/,
      1,
    ],
    [
      "a file with the same denials",
      (place) => place.write("kern.log", ["another first line\n", ...lines]),
      /Cannot count ".*kern.log": its first denials were counted from ".*syslog"; name one/,
      1,
    ],
  ])("%s", async ([, other, says, exit]) => {
    using place = new Place();
    const log = place.write("syslog", lines);
    const { status, stderr, totals } = await asked([log, other(place, log)]);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ status, packets: totals?.packets }).toEqual({ status: exit, packets: lines.length });
  });
});

describe("nothing is left behind, and no database is touched", () => {
  test.for<[what: string, args: (place: Place) => readonly string[]]>([
    ["an answer", (place) => ["flows", "--log", place.write("syslog", lines)]],
    ["a file that is missing", (place) => ["flows", "--log", place.path("none")]],
    ["a wrong setting", () => ["flows", "--log", "any", "--timezone", "Mars/Olympus"]],
    [
      "a window that ends before it begins",
      (place) => ["flows", "--since", "1h", "--until", "2h", "--log", place.write("a", lines)],
    ],
  ])("%s", async ([, args]) => {
    using place = new Place();
    const { through } = inFolders(place);
    await denyscope(args(place), { through });
    expect(leftIn(place)).toEqual([]);
    expect(existsSync(place.path("db"))).toBe(false);
  });

  test.for(["SIGINT", "SIGTERM", "SIGKILL"] as const)("%s while it reads", async (signal) => {
    using place = new Place();
    // Input that never comes, and never ends.
    const fifo = place.path("fifo");
    execFileSync("mkfifo", [fifo]);
    const waiting = ["sh", "-c", 'exec "$@" 0<>"$0"', fifo];
    await using running = startDenyscope(["flows", "--log", "-"], {
      through: [...waiting, ...inFolders(place).through],
    });
    await untilCounting(running.pid);
    const { status, stdout, stderr } = await running.end(signal);
    expect({ status, stdout }).toEqual({ status: signal === "SIGKILL" ? null : 1, stdout: "" });
    expect(stderr).toMatch(signal === "SIGKILL" ? /^$/ : /^Stopped: there is no answer/);
    expect(leftIn(place)).toEqual([]);
  });
});

describe("wrong usage exits with 2", () => {
  test.for<[words: string, says: string]>([
    ["flows --log a --db b", "Cannot answer from --db and --log at once: name one of the two\n"],
    ["top src --timezone UTC", "Cannot use --timezone without --log"],
    ["flows --denied-prefix x*", "Cannot use --denied-prefix without --log"],
    ["flows --prefix-template x", "Cannot use --prefix-template without --log"],
    ["flows --log", "error: option '--log <file...>' argument missing"],
  ])("%s", async ([words, says]) => {
    const { status, stdout, stderr } = await denyscope(words.split(" "));
    expect(stderr).toContain(says);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});

test("a temporary folder that is missing gives one line", async () => {
  using place = new Place();
  const log = place.write("syslog", lines);
  const through = ["env", `TMPDIR=${place.path("none")}`, "NODE_DISABLE_COMPILE_CACHE=1"];
  const { status, stdout, stderr } = await denyscope(["flows", "--log", log], { through });
  expect(stderr).toBe(
    `Cannot count logs in the temporary folder "${place.path("none")}": it does not exist; make ` +
      "it or name another with TMPDIR\n",
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
});

const noDisk = smallDiskMissing();
needs("a small disk", noDisk);

test.skipIf(noDisk !== undefined)("a temporary folder that is full gives one line", async () => {
  using place = new Place();
  using disk = new SmallDisk(place.path("."));
  const shape = { seed: 11, lines: 60_000, flows: 60_000, seconds: 7200, skew: 0 };
  writeSyslog(place.path("syslog"), shape);
  const through = ["env", `TMPDIR=${disk.path}`, "NODE_DISABLE_COMPILE_CACHE=1"];
  const flows = ["flows", "--since", "1d", "--log", place.path("syslog")];
  const { status, stdout, stderr } = await denyscope(flows, { through });
  expect(stderr).toBe(
    `Cannot count logs in the temporary folder "${disk.path}": the disk is full; free some ` +
      "space or name another with TMPDIR\n",
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(readdirSync(disk.path).filter((name) => name.startsWith("denyscope"))).toEqual([]);
});

const noTerminal = programMissing("script");
needs("a terminal", noTerminal);

test.skipIf(noTerminal !== undefined)("a terminal has a bar, which goes again", async () => {
  using place = new Place();
  const log = place.write("syslog", lines);
  const { status, shown } = await shownOnTerminal(["top", "port", "--log", log], 100);
  expect(status, shown).toBe(0);
  expect(shown).toMatch(/░ 0% .*syslog/);
  // Whatever a terminal showed before is erased when the answer begins.
  expect(shown.slice(shown.lastIndexOf("\x1b[")).trimStart()).toContain("4,000 packets denied");
});

function rest(): Uint8Array {
  return Buffer.from(lines.slice(half.length).join(""));
}

function twoHalves(place: Place): readonly [string, string] {
  return [place.write("syslog.1", half), place.write("syslog", lines.slice(half.length))];
}

function copyOf(place: Place, log: string): string {
  copyFileSync(log, place.path("copy"));
  return place.path("copy");
}

function archiveOf(place: Place): string {
  return place.write("syslog.gz", gzipSync(lines.join("")));
}

async function flowsIn(args: readonly string[], options: RunOptions = {}): Promise<FlowsAnswer> {
  return JSON.parse(
    await outputOf(["flows", "-o", "json", "--log", ...args], options),
  ) as FlowsAnswer;
}

type Asked = Ended & { readonly totals: FlowsAnswer["totals"] | undefined };

async function asked(logs: readonly string[], options: RunOptions = {}): Promise<Asked> {
  const ended = await denyscope(["flows", "-o", "json", "--log", ...logs], options);
  const { totals } = JSON.parse(ended.stdout) as FlowsAnswer;
  return { ...ended, totals };
}

/** A temporary folder of its own, and a database that nobody must make. */
function inFolders(place: Place): { readonly through: readonly string[] } {
  const folder = place.path("tmp");
  mkdirSync(folder);
  const variables = [`TMPDIR=${folder}`, `DENYSCOPE_DB=${place.path("db")}`];
  return { through: ["env", ...variables, "NODE_DISABLE_COMPILE_CACHE=1"] };
}

/** Waits until the private database is open and has no name any more. */
async function untilCounting(pid: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!openFilesOf(pid).some((file) => /denyscope-answer-.* \(deleted\)/.test(file))) {
    expect(Date.now(), "it opens its private database in time").toBeLessThan(deadline);
    await sleep(10);
  }
}

function openFilesOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return [readlinkSync(join(folder, fd))];
    } catch {
      // Closed between two looks.
      return [];
    }
  });
}

function leftIn(place: Place): string[] {
  return readdirSync(place.path("tmp"));
}
