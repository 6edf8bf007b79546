/**
 * Claim: an agent that has nothing to do takes at most 0.3 % of a core and 110 MB, and does not
 * grow; at 1,000 lines a second, 5 % of them denials, at most 2 % of a core, with at most four
 * reads a second. rsyslogd with imfile, which only copies the lines to another file, follows the
 * same log at the same time.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { denyscope } from "./counts-per-key.ts";
import { isInstalled, outputOf } from "./measure.ts";
import { costOf, type Cost, type Usage, usageOf } from "./process-cost.ts";
import { writeSyslog } from "./syslog-generator.ts";

const PHASE_SECONDS = 60;
/** What a start costs is not what running costs. */
const SETTLE_SECONDS = 10;
const LINES_PER_SECOND = 1000;
const LINES_PER_DENIAL = 20;
const WRITES_PER_SECOND = 20;
const TRACE_SECONDS = 5;
const FLOWS = 500;

const idleMax = { cpuPercent: 0.3, residentMb: 110, grownMb: 2 };
const busyMax = { cpuPercent: 2, readsPerSecond: 4 };

type Follower = { readonly name: string; readonly child: ChildProcess };

export async function agentCost(): Promise<boolean> {
  const absent = ["rsyslogd", "strace"].find((program) => !isInstalled(program));
  if (absent !== undefined) {
    console.log(`The program ${absent} is not installed.`);
    return false;
  }
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-bench-"));
  // What else is written beside the log wakes its follower, too.
  mkdirSync(join(folder.path, "log"));
  const [log, database] = [join(folder.path, "log", "syslog"), join(folder.path, "db")];
  const traffic = new Traffic(folder.path, log);
  await traffic.write(2);
  const agent = start(process.execPath, agentArguments(log, database), "denyscope agent");
  const rsyslog = start("rsyslogd", imfileArguments(folder.path, log), "rsyslogd imfile");
  const followers = [agent, rsyslog];
  try {
    await traffic.write(SETTLE_SECONDS);
    await sleep(SETTLE_SECONDS * 1000);
    const idle = await costs(followers, () => sleep(PHASE_SECONDS * 1000));
    const busy = await costs(followers, () => traffic.write(PHASE_SECONDS));
    const reads = await readsPerSecond(agent, log, join(folder.path, "trace"), traffic);
    await sleep(2000);
    agent.child.kill("SIGTERM");
    await once(agent.child, "exit");
    expectAllRead(database, join(folder.path, "copy"), traffic.lines);
    return report({ followers, idle, busy, reads });
  } finally {
    for (const { child } of followers) child.kill("SIGKILL");
  }
}

function agentArguments(log: string, database: string): readonly string[] {
  return [denyscope, "agent", log, "--db", database, "--node", "worker", "--listen", "none"];
}

function imfileArguments(folder: string, log: string): readonly string[] {
  const configuration = join(folder, "rsyslog.conf");
  writeFileSync(
    configuration,
    [
      'module(load="imfile")',
      `global(workDirectory="${folder}")`,
      'template(name="copy" type="string" string="%rawmsg%\\n")',
      `input(type="imfile" File="${log}" Tag="copy")`,
      `action(type="omfile" file="${join(folder, "copy")}" template="copy")`,
      "",
    ].join("\n"),
  );
  return ["-n", "-i", join(folder, "pid"), "-f", configuration];
}

function start(program: string, args: readonly string[], name: string): Follower {
  const environment = { ...process.env, DENYSCOPE_CONFIG: "/dev/null" };
  return { name, child: spawn(program, args, { stdio: "ignore", env: environment }) };
}

/** Lines of now, among which one in twenty is a denial, at their rate. */
class Traffic {
  lines = 0;
  readonly #log: string;
  readonly #texts: readonly string[];

  constructor(folder: string, log: string) {
    this.#log = log;
    const path = join(folder, "generated");
    const seconds = PHASE_SECONDS;
    const lines = seconds * LINES_PER_SECOND;
    writeSyslog(path, { seed: 5, lines, flows: FLOWS, seconds, linesPerDenial: LINES_PER_DENIAL });
    this.#texts = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(line.indexOf(" ")));
  }

  async write(seconds: number): Promise<void> {
    const startedAt = performance.now();
    const perWrite = LINES_PER_SECOND / WRITES_PER_SECOND;
    for (let write = 0; write < seconds * WRITES_PER_SECOND; write++) {
      const stamp = new Date().toISOString().replace("Z", "000+00:00");
      const lines = Array.from({ length: perWrite }, () => {
        return `${stamp}${this.#texts[this.lines++ % this.#texts.length]}\n`;
      });
      appendFileSync(this.#log, lines.join(""));
      const nextAt = startedAt + ((write + 1) / WRITES_PER_SECOND) * 1000;
      await sleep(Math.max(0, nextAt - performance.now()));
    }
  }
}

async function costs(
  followers: readonly Follower[],
  phase: () => Promise<unknown>,
): Promise<readonly Cost[]> {
  const usage = (): readonly Usage[] => followers.map(({ child }) => usageOf(child.pid!));
  const before = usage();
  await phase();
  const after = usage();
  return followers.map((_, index) => costOf(before[index]!, after[index]!));
}

/** How often the agent reads the log while it is written to. */
async function readsPerSecond(
  agent: Follower,
  log: string,
  trace: string,
  traffic: Traffic,
): Promise<number> {
  const options = ["-f", "-y", "-e", "trace=read,readv,pread64,preadv", "-o", trace];
  const strace = spawn("strace", [...options, "-p", String(agent.child.pid)], { stdio: "ignore" });
  await traffic.write(TRACE_SECONDS);
  strace.kill("SIGINT");
  await once(strace, "exit");
  const reads = readFileSync(trace, "utf8").split("\n");
  return reads.filter((call) => call.includes(`<${log}>`)).length / TRACE_SECONDS;
}

function expectAllRead(database: string, copy: string, lines: number): void {
  const status = outputOf({
    program: process.execPath,
    args: [denyscope, "status", "--db", database, "-o", "json"],
  });
  const { conservation } = JSON.parse(status) as { conservation: { lines: { read: number } } };
  assert.equal(conservation.lines.read, lines, "the agent has read each line once");
  const copied = readFileSync(copy, "utf8").split("\n").length - 1;
  assert.equal(copied, lines, "rsyslogd has copied each line once");
}

type Findings = {
  readonly followers: readonly Follower[];
  readonly idle: readonly Cost[];
  readonly busy: readonly Cost[];
  readonly reads: number;
};

function report({ followers, idle, busy, reads }: Findings): boolean {
  const seconds = `${PHASE_SECONDS} s`;
  const rows = [
    [
      "follower",
      `idle ${seconds}`,
      "of a core",
      `1,000 lines/s ${seconds}`,
      "of a core",
      "resident",
    ],
    ["---", "---:", "---:", "---:", "---:", "---:"],
    ...followers.map(({ name }, index) => [
      name,
      ...[idle[index]!, busy[index]!].flatMap(({ cpuSeconds, cpuPercent }) => [
        `${cpuSeconds.toFixed(2)} s`,
        `${cpuPercent.toFixed(2)} %`,
      ]),
      `${idle[index]!.residentMb.toFixed(0)}, ${busy[index]!.residentMb.toFixed(0)} MB`,
    ]),
  ];
  console.log(rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
  const [quiet, loaded] = [idle[0]!, busy[0]!];
  const ratio = (own: Cost, other: Cost) => (own.cpuSeconds / other.cpuSeconds).toFixed(1);
  console.log(
    `CPU to imfile: idle ${ratio(quiet, idle[1]!)}, busy ${ratio(loaded, busy[1]!)}; ` +
      `grown while idle by ${quiet.grownMb.toFixed(1)} MB, ` +
      `reads of the log a second ${reads.toFixed(1)} (goal: at most ${busyMax.readsPerSecond})`,
  );
  const isQuiet = quiet.cpuPercent <= idleMax.cpuPercent && quiet.grownMb <= idleMax.grownMb;
  const isSmall = Math.max(quiet.residentMb, loaded.residentMb) <= idleMax.residentMb;
  const isLight = loaded.cpuPercent <= busyMax.cpuPercent && reads <= busyMax.readsPerSecond;
  return isQuiet && isSmall && isLight;
}
