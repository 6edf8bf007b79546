import { appendFileSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Flow } from "../../src/query/flows.ts";
import {
  CertificateAuthority,
  certificatesMissing,
} from "../forward/servers/certificate-authority.ts";
import { rsyslogMissing, startRsyslog } from "../forward/servers/rsyslog-server.ts";
import { until } from "../forward/servers/until.ts";
import { startAgent } from "./agent-run.ts";
import { destinationsOf, eventsIn, faultsIn, template, untilForwarded } from "./forwarded.ts";
import { needs } from "./machine.ts";
import { numberedLines } from "./numbered-lines.ts";
import { flowsOf, statusOf, untilRead } from "./queries.ts";
import { isLong } from "../long-run.ts";

const LINES = isLong ? 100_000 : 10_000;
const TIMEOUT = { timeout: isLong ? 600_000 : 120_000 };

const missing = rsyslogMissing() ?? certificatesMissing();
needs("rsyslog with RELP and TLS", missing);

function place() {
  const folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-forward-"));
  return {
    folder: folder.path,
    log: join(folder.path, "syslog"),
    database: join(folder.path, "db"),
    [Symbol.dispose]: () => folder.remove(),
  };
}

const to = (...urls: readonly string[]) => urls.flatMap((url) => ["--forward", url]);

describe.skipIf(missing !== undefined)("an agent forwards", () => {
  test(
    `${LINES} denials by each transport: each once, in order, under one id`,
    TIMEOUT,
    async () => {
      using here = place();
      const authority = new CertificateAuthority(here.folder);
      const certificate = authority.sign({ name: "server" });
      const inputs = ["tcp", "tls", "relp", "relp+tls", "unix"] as const;
      const servers = await Promise.all(
        inputs.map(async (input) => {
          const folder = mkdtempDisposableSync(join(here.folder, "server-"));
          return startRsyslog({
            folder: folder.path,
            inputs: [input],
            template,
            tls: { certificate },
          });
        }),
      );
      await using stack = new AsyncDisposableStack();
      for (const server of servers) stack.use(server);
      const urls = servers.map(({ ports, path }, index) => {
        const input = inputs[index]!;
        if (input === "unix") return `unix:${path}`;
        return `${input}://localhost:${ports[input]}?ca=${authority.root.certificateFile}`;
      });
      writeFileSync(here.log, "");
      await using agent = startAgent({
        logs: [here.log],
        database: here.database,
        more: to(...urls),
      });
      await agent.says("Connected to a destination", inputs.length);
      for (let from = 0; from < LINES; from += 2000) {
        appendFileSync(here.log, numberedLines(from, Math.min(2000, LINES - from)));
      }
      await untilRead(here.database, LINES);
      for (const { process } of servers) await process.storedAll(LINES);
      const { status, stderr } = await agent.end("SIGTERM");

      expect(status, stderr).toBe(0);
      for (const [index, { process }] of servers.entries()) {
        const events = eventsIn(process.stored());
        expect(faultsIn(events, LINES), inputs[index]).toEqual({
          missing: 0,
          sharedIds: 0,
          secondIds: 0,
        });
        expect(events.map(({ number }) => number)).toEqual(
          Array.from({ length: LINES }, (_, n) => n),
        );
      }
      const destinations = Object.values(await destinationsOf(here.database));
      expect(destinations).toHaveLength(inputs.length);
      for (const destination of destinations) {
        const { name, acknowledged, queued, unsettled } = destination;
        // Its start and its end are messages, too.
        const messages = LINES + 2;
        expect(destination, name).toMatchObject({ sent: messages, resent: 0, dropped: {} });
        expect(acknowledged + queued + unsettled, name).toBe(messages);
        // Whether a server has read the last bytes of a stream, its end does not always show.
        if (name.startsWith("relp")) expect(acknowledged, name).toBe(messages);
      }
    },
  );

  test(
    "flows: what is sent of each adds up to what was counted, late lines too",
    TIMEOUT,
    async () => {
      using here = place();
      await using server = await startRsyslog({
        folder: here.folder,
        inputs: ["relp"],
        template: "%msg%",
      });
      const old = (lines: string, minutesAgo: number) =>
        lines.replaceAll(/^\S+/gm, () =>
          new Date(Date.now() - minutesAgo * 60_000).toISOString().replace("Z", "000+00:00"),
        );
      writeFileSync(here.log, old(numberedLines(0, 300), 20));
      const url = `relp://127.0.0.1:${server.ports.relp}?send=flows&format=json&notices=no`;
      await using agent = startAgent({
        logs: [here.log],
        database: here.database,
        more: [...to(url), "--forward-history", "--forward-interval", "5m"],
      });
      await server.process.storedAll(300);
      // Of the same interval and flows, some of which are sent already.
      appendFileSync(here.log, old(numberedLines(200, 200), 20));
      await server.process.storedAll(500);
      await agent.end("SIGTERM");

      const messages = server.process.stored().map((line) => JSON.parse(line) as FlowMessage);
      const sums: Record<string, number> = {};
      for (const { src, packets } of messages) sums[src] = (sums[src] ?? 0) + packets;
      const { flows } = await flowsOf(here.database, "--limit", "0");
      const counted = flows.map(({ src = "", packets }: Flow) => [src, packets] as const);
      expect(sums).toEqual(Object.fromEntries(counted));
      expect(new Set(messages.map(({ eventId }) => eventId)).size, "ids").toBe(messages.length);
    },
  );

  test(
    "nothing from before its first start, and all that came while it did not run",
    TIMEOUT,
    async () => {
      using here = place();
      await using server = await startRsyslog({ folder: here.folder, inputs: ["tcp"], template });
      const more = to(`tcp://127.0.0.1:${server.ports.tcp}`);
      const plan = { logs: [here.log], database: here.database, more };
      const before = numberedLines(0, 50).replaceAll(/^\S+/gm, "2026-01-01T00:00:00.000000+00:00");
      writeFileSync(here.log, before);
      {
        await using agent = startAgent(plan);
        await untilRead(here.database, 50);
        await agent.end("SIGTERM");
      }
      appendFileSync(here.log, numberedLines(50, 70));
      await using agent = startAgent(plan);
      await untilRead(here.database, 120);
      await untilForwarded(here.database);
      await agent.end("SIGTERM");
      const numbers = eventsIn(server.process.stored()).map(({ number }) => number);
      expect(numbers).toEqual(Array.from({ length: 70 }, (_, n) => 50 + n));
    },
  );

  test("what comes back into the log is recognised, and not counted", TIMEOUT, async () => {
    using here = place();
    await using server = await startRsyslog({
      folder: here.folder,
      inputs: ["relp"],
      // As a server writes that has the messages of this node in the node's own log.
      template: "%timegenerated:::date-rfc3339% %hostname% %syslogtag%%msg:::sp-if-no-1st-sp%%msg%",
    });
    writeFileSync(here.log, "");
    const formats = ["rfc5424", "rfc3164", "json", "cef", "raw"];
    const urls = formats.map((format) => {
      const options = `name=${format}&format=${format}&send=events`;
      return `relp://127.0.0.1:${server.ports.relp}?${options}`;
    });
    await using agent = startAgent({
      logs: [here.log],
      database: here.database,
      more: to(...urls),
    });
    await agent.says("Following a log");
    appendFileSync(here.log, numberedLines(0, 40));
    const messages = 41 * formats.length;
    await server.process.storedAll(messages);
    appendFileSync(here.log, `${server.process.stored().join("\n")}\n`);
    await untilRead(here.database, 40 + messages);
    await agent.end("SIGTERM");
    const { conservation } = await statusOf(here.database);
    expect(conservation.lines).toMatchObject({
      denials: 40,
      other: { own: messages },
      rejected: {},
      holds: true,
    });
  });

  test(
    "a filter leaves out what a destination does not want, and it does not wait for it",
    TIMEOUT,
    async () => {
      using here = place();
      await using server = await startRsyslog({ folder: here.folder, inputs: ["relp"], template });
      writeFileSync(here.log, "");
      const filter = encodeURIComponent("--from-ip 10.0.0.0/31 --not --protocol udp");
      const url = `relp://127.0.0.1:${server.ports.relp}?notices=no&filter=${filter}`;
      await using agent = startAgent({ logs: [here.log], database: here.database, more: to(url) });
      await agent.says("Following a log");
      appendFileSync(here.log, numberedLines(0, 500));
      await untilRead(here.database, 500);
      await untilForwarded(here.database);
      await agent.end("SIGTERM");
      expect(eventsIn(server.process.stored()).map(({ number }) => number)).toEqual([0, 1]);
      const [destination] = Object.values(await destinationsOf(here.database));
      expect(destination).toMatchObject({ sent: 2, acknowledged: 2, queued: 0 });
    },
  );

  test(
    "destinations come and go with the configuration, and nothing is lost",
    TIMEOUT,
    async () => {
      using here = place();
      await using server = await startRsyslog({
        folder: here.folder,
        inputs: ["relp", "tcp"],
        template,
      });
      const config = join(here.folder, "config.yaml");
      writeFileSync(config, "# ours\n");
      writeFileSync(here.log, "");
      await using agent = startAgent({
        logs: [here.log],
        database: here.database,
        more: ["--config", config],
      });
      await agent.says("Following a log");
      const forward = async (...args: readonly string[]) => {
        const { denyscope } = await import("./program.ts");
        const { status, stderr } = await denyscope(["forward", ...args, "--config", config]);
        expect(status, stderr).toBe(0);
      };
      await forward("add", `relp://127.0.0.1:${server.ports.relp}`, "--name", "siem");
      await agent.says("Connected to a destination");
      appendFileSync(here.log, numberedLines(0, 100));
      await until("100 events", () => eventsIn(server.process.stored()).length === 100);
      await forward("remove", "siem");
      await agent.says("Reloading", 2);
      await agent.says("Following a log", 3);
      appendFileSync(here.log, numberedLines(100, 100));
      await untilRead(here.database, 200);
      await agent.end("SIGTERM");
      expect(eventsIn(server.process.stored())).toHaveLength(100);
    },
  );
});

type FlowMessage = {
  readonly eventId: string;
  readonly src: string;
  readonly packets: number;
};
