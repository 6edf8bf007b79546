import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Place } from "./import-place.ts";
import { Journald, journaldMissing } from "./journald.ts";
import { labMissing } from "./lab/lab-missing.ts";
import { LogRule } from "./log-rule.ts";
import { needs } from "./machine.ts";
import { startDenyscope } from "./program.ts";
import { flowsOf, statusOf } from "./queries.ts";

const WAIT_MS_MAX = 20_000;
const missing = labMissing() ?? journaldMissing();
needs("the kernel's own buffer and a journald", missing);

/** The buffer has the lines of earlier runs, too. */
const freshPort = () => 40_000 + Math.floor(Math.random() * 20_000);

/** Other programs log into the same buffer, so only the rule's own packets are looked at. */
async function untilPackets(database: string, { port }: LogRule, expected: number): Promise<void> {
  const until = Date.now() + WAIT_MS_MAX;
  let packets = -1;
  while (packets < expected && Date.now() < until) {
    await sleep(100);
    packets = (await flowsOf(database, "--to-port", String(port))).totals.packets;
  }
  expect(packets).toBe(expected);
}

const sources = [
  { source: "kmsg", path: "/dev/kmsg" },
  { source: "journald", path: "journald" },
] as const;

describe.skipIf(missing !== undefined)("agent --source", () => {
  const node = ["--node", "worker"];

  test.for(sources)(
    "$source counts each line once, also those of a time when it did not run",
    async ({ source, path }) => {
      using place = new Place();
      using rule = new LogRule(freshPort());
      using journald = source === "journald" ? await Journald.start() : undefined;
      const options = { through: journald?.through ?? [] };
      const database = place.path("db");
      const command = ["agent", "--source", source, "--from", "end", "--db", database, ...node];
      {
        await using agent = startDenyscope(command, options);
        await agent.says("Following a log");
        rule.send(7);
        await untilPackets(database, rule, 7);
        await agent.end("SIGKILL");
      }
      rule.send(3);
      await using agent = startDenyscope(command, options);
      await untilPackets(database, rule, 10);
      expect((await agent.end("SIGTERM")).status).toBe(0);
      const { conservation, losses, sources: read } = await statusOf(database);
      expect(conservation.lines.holds).toBe(true);
      expect(read.map((each) => `${each.kind} ${each.path}`)).toEqual([`${source} ${path}`]);
      expect(losses).toEqual([]);
    },
  );

  test.for(sources)(
    "$source begins at its end after another source was read, and says so",
    async ({ source }) => {
      using place = new Place();
      using rule = new LogRule(freshPort());
      using journald = source === "journald" ? await Journald.start() : undefined;
      const options = { through: journald?.through ?? [] };
      const database = place.path("db");
      rule.send(5);
      const log = place.write("syslog", [execFileSync("dmesg").toString("latin1")]);
      {
        await using agent = startDenyscope(["agent", log, "--db", database, ...node]);
        await agent.says("Following a log");
        await untilPackets(database, rule, 5);
        await agent.end("SIGTERM");
      }
      const command = ["agent", "--source", source, "--db", database, ...node];
      await using agent = startDenyscope(command, options);
      await agent.says("Following a log");
      rule.send(2);
      await untilPackets(database, rule, 7);
      expect((await agent.end("SIGTERM")).status).toBe(0);
      const { losses } = await statusOf(database);
      expect(losses.map(({ reason }) => reason)).toEqual(["source-changed"]);
    },
  );
});
