import { appendFileSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { randomFrom } from "../../bench/syslog-generator.ts";
import {
  type RsyslogServer,
  rsyslogMissing,
  startRsyslog,
} from "../forward/servers/rsyslog-server.ts";
import type { ServerProcess } from "../forward/servers/server-process.ts";
import { startAgent } from "./agent-run.ts";
import { eventsIn, faultsIn, template } from "./forwarded.ts";
import { needs } from "./machine.ts";
import { numberedLines, numberOf } from "./numbered-lines.ts";
import { untilRead } from "./queries.ts";
import { startRsyslogForwarder } from "./rsyslog-forwarder.ts";
import { isLong } from "../long-run.ts";

const KILLS = isLong ? 100 : 10;
const SEED = 20_261_128;
const LINES_PER_WRITE = 40;
const WRITE_EVERY_MS = 20;
/** Between two kills: a connection that broke is tried again after a second at the earliest. */
const LIFE_MS_MIN = 1200;
const LIFE_MS_MAX = 2400;
const DOWN_MS = 200;

const missing = rsyslogMissing();
needs("rsyslog with RELP", missing);

describe.skipIf(missing !== undefined)("servers and senders are killed under load", () => {
  test(`${KILLS} kill -9 of each, seed ${SEED}: nothing is missing, duplicates have one id`, {
    timeout: 900_000,
  }, async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-kills-"));
    await using stack = new AsyncDisposableStack();
    const server = async (input: "tcp" | "relp", stores: string) => {
      const own = mkdtempDisposableSync(join(folder.path, "server-"));
      const options = { folder: own.path, inputs: [input], template: stores };
      return stack.use(await startRsyslog(options));
    };
    const ours = { tcp: await server("tcp", template), relp: await server("relp", template) };
    const theirs = { tcp: await server("tcp", "%msg%"), relp: await server("relp", "%msg%") };
    const log = join(folder.path, "syslog");
    writeFileSync(log, "");
    const agent = new Killed(() => {
      const { tcp, relp } = ours;
      const urls = [`tcp://127.0.0.1:${tcp.ports.tcp}`, `relp://127.0.0.1:${relp.ports.relp}`];
      const more = urls.flatMap((url) => ["--forward", url]);
      return startAgent({ logs: [log], database: join(folder.path, "db"), more });
    });
    stack.use(agent);
    await agent.running.says("Connected to a destination", 2);
    const forwarder = stack.use(
      await startRsyslogForwarder({
        folder: folder.path,
        log,
        tcpPort: theirs.tcp.ports.tcp,
        relpPort: theirs.relp.ports.relp,
      }),
    );

    let lines = 0;
    let isWriting = true;
    const writing = (async () => {
      while (isWriting) {
        appendFileSync(log, numberedLines(lines, LINES_PER_WRITE));
        lines += LINES_PER_WRITE;
        await sleep(WRITE_EVERY_MS);
      }
    })();
    const random = randomFrom(SEED);
    const life = () => LIFE_MS_MIN + random() * (LIFE_MS_MAX - LIFE_MS_MIN);
    const servers = [...Object.values(ours), ...Object.values(theirs)];
    await Promise.all([
      times(KILLS, life, () => restartAll(servers.map(({ process }) => process))),
      times(KILLS, life, async () => {
        await Promise.all([agent.restart(), restartAll([forwarder])]);
      }),
    ]);
    isWriting = false;
    await writing;
    await untilRead(join(folder.path, "db"), lines);
    await untilQuiet(servers);
    const { status, stderr } = await agent.running.end("SIGTERM");
    await untilQuiet(servers);

    const rows = [
      ...Object.entries(ours).map(([transport, { process }]) => {
        const events = eventsIn(process.stored());
        return {
          sender: `denyscope ${transport}`,
          came: events.length,
          ...faultsIn(events, lines),
        };
      }),
      ...Object.entries(theirs).map(([transport, { process }]) => {
        const numbers = process.stored().flatMap((line) => numberOf(line) ?? []);
        const different = new Set(numbers).size;
        const sender = transport === "tcp" ? "rsyslog omfwd" : "rsyslog omrelp";
        return { sender, came: numbers.length, missing: lines - different };
      }),
    ];
    process.stdout.write(
      `${lines} lines, ${KILLS} kills of servers, ${KILLS} of senders\n${rows
        .map(({ sender, came, missing: none }) => {
          const twice = came - (lines - none);
          const [lost, again] = [none, twice].map((count) => String(count).padStart(7));
          return `${sender.padEnd(16)} ${lost} missing ${again} twice\n`;
        })
        .join("")}`,
    );
    expect(status, stderr).toBe(0);
    for (const { sender, came: _, ...faults } of rows.slice(0, 2)) {
      expect(faults, sender).toEqual({ missing: 0, sharedIds: 0, secondIds: 0 });
    }
  });
});

/** An agent that is killed and started again. */
class Killed implements AsyncDisposable {
  running: ReturnType<typeof startAgent>;
  readonly #start: () => ReturnType<typeof startAgent>;

  constructor(start: () => ReturnType<typeof startAgent>) {
    this.#start = start;
    this.running = start();
  }

  async restart(): Promise<void> {
    await this.running.end("SIGKILL");
    await sleep(DOWN_MS);
    this.running = this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.running.end("SIGKILL");
  }
}

async function restartAll(processes: readonly ServerProcess[]): Promise<void> {
  await Promise.all(processes.map((each) => each.end("SIGKILL")));
  await sleep(DOWN_MS);
  await Promise.all(processes.map((each) => each.startAgain()));
}

async function times(count: number, pause: () => number, task: () => Promise<void>): Promise<void> {
  for (let n = 0; n < count; n++) {
    await sleep(pause());
    await task();
  }
}

/** Waits until nothing more comes for some seconds. */
async function untilQuiet(servers: readonly RsyslogServer[]): Promise<void> {
  const QUIET_MS = 3000;
  const sizes = () => servers.map(({ process }) => process.stored().length).join(" ");
  for (let before = ""; before !== sizes(); ) {
    before = sizes();
    await sleep(QUIET_MS);
  }
}
