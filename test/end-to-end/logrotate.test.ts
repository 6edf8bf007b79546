import { execFile } from "node:child_process";
import { mkdirSync, mkdtempDisposableSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import type { Status } from "../../src/query/status.ts";
import { startAgent, untilCounted } from "./agent-run.ts";
import { SyslogDaemon } from "./lab/syslog-daemon.ts";
import { needs, programMissing } from "./machine.ts";
import { contentOf, numbersIn } from "./model/log-content.ts";
import { countedNumbers, miscounted, numberedLines, ranges } from "./numbered-lines.ts";
import { statusOf } from "./queries.ts";
import { TailBaseline } from "./tail-baseline.ts";
import { isLong } from "../long-run.ts";

const SECONDS = isLong ? 60 : 12;
const LINES_PER_SECOND = 5000;
const SENDS_PER_SECOND = 20;
const ROTATE_EVERY_MS = 2000;
/** How long rsyslogd goes on writing to the renamed file. */
const LATE_HUP_SECONDS = 0.7;
const COUNTED_MS_MAX = 60_000;
const SETUP_MS_MAX = 300_000;

const variants = {
  "create, delaycompress": ["create", "compress", "delaycompress"],
  "compressed at once": ["create", "compress"],
  dateext: ["create", "dateext", "dateformat -%Y%m%d-%s"],
  copytruncate: ["copytruncate"],
} as const;
type Variant = keyof typeof variants;

type Outcome = {
  readonly written: number;
  /** Numbers of the lines that are in the log and its rotations at the end. */
  readonly kept: ReadonlySet<number>;
  readonly counted: ReadonlyMap<number, number>;
  readonly status: Status;
  readonly rotations: number;
  readonly ended: number | null;
  readonly agentLog: string;
};

const missing = programMissing("logrotate") ?? programMissing("rsyslogd");

needs("rsyslogd with logrotate", missing);

describe.skipIf(missing !== undefined)(`rsyslogd writes ${LINES_PER_SECOND} lines a second`, () => {
  const outcomes = new Map<Variant, Outcome>();

  beforeAll(
    async () => {
      const names = Object.keys(variants) as Variant[];
      // At once, for a test that has to last; in the long form each has the machine for itself.
      if (isLong) for (const name of names) outcomes.set(name, await rotateAndCount(name));
      else
        await Promise.all(
          names.map(async (name) => outcomes.set(name, await rotateAndCount(name))),
        );
    },
    SETUP_MS_MAX * (isLong ? 2 : 1),
  );

  test.for(["create, delaycompress", "compressed at once", "dateext"] as const)(
    "each line counts once, with logrotate every two seconds and a late HUP: %s",
    (variant) => {
      const { written, kept, counted, status, rotations, ended, agentLog } = outcomes.get(variant)!;
      const { missing: lost, doubled } = miscounted(counted, kept);
      expect(kept.size, "rsyslogd has written all").toBe(written);
      expect(rotations).toBeGreaterThan(SECONDS / 3);
      expect(ended, agentLog).toBe(0);
      expect({ lost: ranges(lost), doubled: ranges(doubled) }, agentLog).toEqual({
        lost: "",
        doubled: "",
      });
      expect(status.losses).toEqual([]);
      expect(status.conservation.lines).toMatchObject({ denials: written, holds: true });
      expect(status.conservation.packets).toMatchObject({ kept: written, holds: true });
    },
  );

  test("copytruncate: nothing is counted twice, and what is missing is in the ledger", () => {
    const { written, kept, counted, status, ended, agentLog } = outcomes.get("copytruncate")!;
    const { missing: lost, doubled } = miscounted(counted, kept);
    expect(ended, agentLog).toBe(0);
    expect({ lost: ranges(lost), doubled: ranges(doubled) }, agentLog).toEqual({
      lost: "",
      doubled: "",
    });
    if (counted.size < written) expect(status.losses.length).toBeGreaterThan(0);
    expect(status.conservation.lines.holds && status.conservation.packets.holds).toBe(true);
  });
});

async function rotateAndCount(variant: Variant): Promise<Outcome> {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-logrotate-"));
  const logs = join(folder.path, "log");
  mkdirSync(logs);
  const [log, database] = [join(logs, "syslog"), join(folder.path, "db")];
  await using daemon = await SyslogDaemon.start(folder.path, log);
  await daemon.send(numberedLines(0, 1));
  while (!readdirSync(logs).includes("syslog")) await sleep(20);
  await using agent = startAgent({ logs: [log], database, rotateWaitSeconds: 3 });
  // What was rotated away before it has ever begun is none of its.
  await agent.says("Following a log");
  using baseline = new TailBaseline(log);
  const rotating = new Rotating(folder.path, log, variant, daemon.pid);
  const written = await sendLines(daemon);
  const rotations = await rotating.end();
  await untilWritten(logs, variant, written);
  const kept = keptIn(logs);
  await untilCounted(database, [...kept], COUNTED_MS_MAX);
  const { status: ended, stderr } = await agent.end("SIGTERM");
  const [status, counted] = [await statusOf(database), countedNumbers(database)];
  const { lost, doubled } = baseline.loss(written);
  process.stdout.write(
    `${variant}: ${written} lines, ${rotations} rotations; lost and doubled by denyscope ` +
      `${written - counted.size} and ${miscounted(counted, []).doubled.length}, ` +
      `by tail 2.2.6 ${lost} and ${doubled}\n`,
  );
  return { written, kept, counted, status, rotations, ended, agentLog: stderr.slice(-2000) };
}

/** Sends lines at their rate; gives how many were sent, with the first. */
async function sendLines(daemon: SyslogDaemon): Promise<number> {
  const startedAt = Date.now();
  let written = 1;
  while (written < SECONDS * LINES_PER_SECOND) {
    const due = Math.floor(((Date.now() - startedAt) / 1000) * LINES_PER_SECOND) + 1;
    const until = Math.min(due, SECONDS * LINES_PER_SECOND);
    await daemon.send(numberedLines(written, until - written));
    written = until;
    await sleep(1000 / SENDS_PER_SECOND);
  }
  return written;
}

/** logrotate, again and again, until it is ended. */
class Rotating {
  #isEnded = false;
  readonly #running: Promise<number>;

  constructor(folder: string, log: string, variant: Variant, daemonPid: number) {
    const configuration = join(folder, "logrotate.conf");
    const hup = ["postrotate", `sleep ${LATE_HUP_SECONDS}`, `kill -HUP ${daemonPid}`, "endscript"];
    const lines = ["rotate 1000", ...variants[variant], ...(variant === "copytruncate" ? [] : hup)];
    writeFileSync(configuration, `"${log}" {\n${lines.join("\n")}\n}\n`, { mode: 0o644 });
    this.#running = this.#run(["-f", "-s", join(folder, "logrotate.state"), configuration]);
  }

  async end(): Promise<number> {
    this.#isEnded = true;
    return this.#running;
  }

  async #run(args: readonly string[]): Promise<number> {
    let rotations = 0;
    for (let next = Date.now() + ROTATE_EVERY_MS; !this.#isEnded; next += ROTATE_EVERY_MS) {
      await sleep(Math.max(0, next - Date.now()));
      await promisify(execFile)("logrotate", [...args]);
      rotations++;
    }
    return rotations;
  }
}

function keptIn(folder: string): ReadonlySet<number> {
  return new Set(readdirSync(folder).flatMap((name) => numbersIn(contentOf(join(folder, name)))));
}

/** Waits until rsyslogd has written what it was sent; some of it copytruncate destroys. */
async function untilWritten(folder: string, variant: Variant, written: number): Promise<void> {
  const deadline = Date.now() + COUNTED_MS_MAX;
  const last = () => (variant === "copytruncate" ? keptIn(folder).has(written - 1) : false);
  while (keptIn(folder).size < written && !last() && Date.now() < deadline) await sleep(200);
}
