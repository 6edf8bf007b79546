import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { FlowsAnswer } from "../../src/query/flows.ts";
import { startAgent } from "./agent-run.ts";
import { committedOffset } from "./database.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, programMissing } from "./machine.ts";
import { outputOf } from "./program.ts";
import { flowsOf, statusOf, untilRead } from "./queries.ts";
import { isLong } from "../long-run.ts";

const KILLS = isLong ? 8 : 5;
const BURST = 5;
const SENT = 50;

/** Two of them are no loss of denials. */
const lossesAtNoon = [
  "2026-11-22T12:30:00.000000+00:00 worker-1 rsyslogd: imklog: 12 messages lost due to " +
    "rate-limiting (20 allowed within 5 seconds)\n",
  "2026-11-22T12:31:00.000000+00:00 worker-1 rsyslogd: imklog: 30 messages lost due to " +
    "rate-limiting (20 allowed within 5 seconds)\n",
  "2026-11-22T12:32:00.000000+00:00 worker-1 systemd-journald[3]: Missed 7 kernel messages\n",
  "2026-11-22T12:33:00.000000+00:00 worker-1 systemd-journald[3]: Suppressed 9 messages from x\n",
  "2026-11-22T12:34:00.000000+00:00 worker-1 kernel: [1.000000] net_ratelimit: 5 callbacks " +
    "suppressed\n",
];

describe("what kernel and daemons say is lost", () => {
  test("is in the ledger, and totals of its time are a lower bound", async () => {
    using place = new Place();
    const log = place.write("syslog", [...denialLines({ lines: 100 }), ...lossesAtNoon]);
    await place.import(log);
    await place.import(log);
    const status = await statusOf(place.path("db"));
    const during = ["--since", "2026-11-22T12:25:00Z", "--until", "2026-11-22T12:31:00Z"];
    const before = ["--since", "2026-11-22T12:00:00Z", "--until", "2026-11-22T12:20:00Z"];
    const fromLog = JSON.parse(
      await outputOf(["flows", "--log", log, "-o", "json", ...during]),
    ) as FlowsAnswer;

    expect(status.losses).toMatchObject([
      {
        reason: "reported",
        source: log,
        linesMax: 42,
        from: "2026-11-22T12:20:00Z",
        to: "2026-11-22T12:31:00Z",
        detail: "rsyslog's imklog dropped kernel messages",
      },
      { reason: "reported", linesMax: 7, detail: "journald missed kernel messages" },
    ]);
    expect(status.conservation.lines).toMatchObject({ other: { "loss-message": 5 }, holds: true });
    expect(await outputOf(["status", "--db", place.path("db")])).toMatch(/reported .* 42 lines/);
    expect(await flowsOf(place.path("db"), ...during)).toMatchObject({
      totals: { packetsAreLowerBound: true },
    });
    expect(fromLog).toMatchObject({ totals: { packetsAreLowerBound: true } });
    expect(await flowsOf(place.path("db"), ...before)).toMatchObject({
      totals: { packetsAreLowerBound: false },
    });
  });

  test(`counts once in an agent that is killed ${KILLS} times, and is logged once`, {
    timeout: 120_000,
  }, async () => {
    using place = new Place();
    const [log, database] = [place.write("syslog", []), place.path("db")];
    let messages = 0;
    const write = () => {
      const stamp = new Date().toISOString();
      const tag = `${stamp} worker-1 systemd-journald[3]:`;
      appendFileSync(log, `${tag} Missed 3 kernel messages\n`.repeat(50));
      messages += 50;
    };
    const plan = { logs: [log], database, more: ["--from", "start"] };
    for (let kill = 0; kill < KILLS; kill++) {
      await using agent = startAgent(plan);
      const before = committedOffset(database) ?? 0;
      for (const end = Date.now() + 30_000; Date.now() < end; await sleep(5)) {
        write();
        if ((committedOffset(database) ?? 0) > before) break;
      }
      await agent.end("SIGKILL");
    }
    await using agent = startAgent(plan);
    write();
    await untilRead(database, messages);
    write();
    await untilRead(database, messages);
    const { stderr } = await agent.end("SIGTERM");

    const { losses } = await statusOf(database);
    expect(losses.reduce((sum, { linesMax = 0 }) => sum + linesMax, 0)).toBe(3 * messages);
    expect(losses.length).toBeLessThan(3);
    // At the end, the last of those that were left out.
    const logged = stderr.split("\n").filter((line) => line.includes("says that lines are lost"));
    expect(logged).toHaveLength(2);
  });
});

const missing = programMissing("rsyslogd") ?? programMissing("logger");
needs("an rsyslogd with a rate limit", missing);

test.skipIf(missing !== undefined)(
  "rsyslogd limits the rate of a process, and says so",
  async () => {
    using place = new Place();
    const [socket, log] = [place.path("socket"), place.path("log")];
    const limit = `RateLimit.Interval="1" RateLimit.Burst="${BURST}"`;
    const configuration = place.write("rsyslog.conf", [
      `global(workDirectory="${place.path("")}" processInternalMessages="on")\n`,
      'module(load="imuxsock" SysSock.Use="off")\n',
      `input(type="imuxsock" Socket="${socket}" ${limit})\n`,
      `action(type="omfile" file="${log}" template="RSYSLOG_FileFormat")\n`,
    ]);
    const daemon = spawn("rsyslogd", ["-n", "-f", configuration, "-i", place.path("pid")]);
    const daemonEnded = once(daemon, "close");
    try {
      await until(() => existsSync(socket));
      const logger = spawn("logger", ["--socket", socket, "--tag", "test"]);
      const loggerEnded = once(logger, "close");
      for (let n = 0; n < SENT; n++) logger.stdin.write(`line ${n}\n`);
      await until(() => existsSync(log) && readFileSync(log, "utf8").includes("begin to drop"));
      // The number is told with the first message after the interval.
      await sleep(2100);
      logger.stdin.end("last\n");
      await loggerEnded;
      await until(() => readFileSync(log, "utf8").includes("messages lost"));
    } finally {
      daemon.kill();
      await daemonEnded;
    }
    await place.import(log);

    const { losses } = await statusOf(place.path("db"));
    const detail = "rsyslog's imuxsock dropped messages of a process";
    expect(losses, readFileSync(log, "utf8")).toMatchObject([
      { reason: "reported", detail: `${detail}; how many is not said` },
      { reason: "reported", detail, linesMax: SENT - BURST },
    ]);
  },
);

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !isSo(); await sleep(20)) {
    expect(Date.now()).toBeLessThan(end);
  }
}
