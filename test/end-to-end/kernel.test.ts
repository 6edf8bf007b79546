import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { integrityOf } from "./database.ts";
import { type Lab, labMissing, type LabFlow, type SentFlow, startLab } from "./lab/lab.ts";
import { needs } from "./machine.ts";
import { type Running, startDenyscope } from "./program.ts";
import { flowsOf, statusOf, untilCommitted, untilRead } from "./queries.ts";

const missing = labMissing();
const PARTS = 4;

/** What happens: to the log, to the agent, and what is waited for. */
type Step = "start" | "follow" | "send" | "read" | "kill -9" | "rotate";

const cases: readonly { readonly name: string; readonly prefix: string; readonly steps: Step[] }[] =
  [
    {
      name: "killed between two writes, rotated while it follows",
      prefix: `calico-packet-t${process.pid}: `,
      steps: [
        "start",
        "send",
        "read",
        "send",
        "kill -9",
        "start",
        "follow",
        "rotate",
        "send",
        "send",
      ],
    },
    {
      name: "packets and a rotation while it is dead",
      prefix: `calico-packet-u${process.pid}: `,
      steps: ["start", "send", "read", "kill -9", "send", "rotate", "send", "start", "send"],
    },
  ];

needs("the lab", missing);

describe.skipIf(missing !== undefined)("agent counts what the kernel denies", () => {
  test.for(cases)("$name", { timeout: 120_000 }, async ({ prefix, steps }) => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-kernel-"));
    const database = join(folder.path, "denyscope.db");
    await using lab = await startLab({ logPrefix: prefix, directory: join(folder.path, "log") });
    await using agents = new AsyncDisposableStack();
    const sent = new Map<string, SentFlow>();
    let part = 0;
    let agent: Running | undefined;
    for (const step of steps) {
      if (step === "start") agent = agents.use(startAgent(lab, database));
      else if (step === "kill -9") expect((await agent!.end("SIGKILL")).status).toBeNull();
      else if (step === "follow") await agent!.says("Following a log");
      // A file that is renamed before an agent has read a line of it is no agent's file.
      else if (step === "read") await untilCommitted(database);
      else if (step === "rotate") await lab.rotate();
      else {
        for (const flow of await lab.send({ part: ++part, of: PARTS })) add(sent, flow);
        await lab.settled();
      }
    }
    const counters = await lab.counters();
    const logged = sum(counters.map(({ packets }) => packets));
    await untilRead(database, logged);
    const ended = await agent!.end("SIGTERM");

    expect(ended.status, ended.stderr).toBe(0);
    expect(part).toBe(PARTS);
    expect(sent.size).toBeGreaterThanOrEqual(20);
    expect(logged).toBeGreaterThanOrEqual(2000);

    const { flows } = await flowsOf(database);
    const counted = flows.map(({ src, dst, protocol, dstPort, icmpType, icmpCode, ...flow }) => ({
      ...present({ src, dst, protocol, dstPort, icmpType, icmpCode, in: flow.in, out: flow.out }),
      packets: flow.packets,
      attempts: flow.attempts,
      bytes: flow.bytes,
    }));
    expect(counted.toSorted(byKey)).toEqual([...sent.values()].toSorted(byKey));
    for (const flow of flows) {
      expect(flow).toMatchObject({ direction: directionOf(flow), prefix, node: "lab-node" });
    }
    for (const family of ["ipv4", "ipv6"] as const) {
      const ofFamily = flows.filter(({ src }) => src?.includes(":") === (family === "ipv6"));
      const rules = counters.filter((rule) => rule.family === family);
      expect(countsOf(ofFamily), family).toEqual(countsOf(rules));
    }
    const { conservation, packets, losses } = await statusOf(database);
    expect(conservation.lines).toMatchObject({ read: logged, denials: logged, holds: true });
    expect(conservation.packets).toMatchObject({ logged, kept: logged, holds: true });
    expect(packets).toEqual({ denied: logged, allowed: 0, audit: 0, unknown: 0 });
    expect(losses).toEqual([]);
    expect(integrityOf(database)).toBe("ok");
  });
});

function startAgent({ logFile }: Lab, database: string): Running {
  return startDenyscope(["agent", logFile, "--db", database, "--node", "lab-node"]);
}

function keyOf({ src, dst, protocol, dstPort, icmpType, icmpCode, ...flow }: LabFlow): string {
  return [src, dst, protocol, dstPort, icmpType, icmpCode, flow.in, flow.out].join(" ");
}

function byKey(a: object, b: object): number {
  const [first, second] = [keyOf(a as LabFlow), keyOf(b as LabFlow)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function add(flows: Map<string, SentFlow>, more: SentFlow): void {
  const { packets, attempts, bytes } = flows.get(keyOf(more)) ?? empty;
  flows.set(keyOf(more), {
    ...more,
    packets: packets + more.packets,
    attempts: attempts + more.attempts,
    bytes: bytes + more.bytes,
  });
}

const empty = { packets: 0, attempts: 0, bytes: 0 };

function countsOf(those: readonly { packets: number; bytes: number }[]): object {
  return {
    packets: sum(those.map(({ packets }) => packets)),
    bytes: sum(those.map(({ bytes }) => bytes)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The lab's pods have cali interfaces, its node has eth0. */
function directionOf(flow: { readonly in?: string; readonly out?: string }): string | undefined {
  const side = (name = "-") => name.replace(/^cali.*/, "cali");
  return directions[`${side(flow.in)} ${side(flow.out)}`];
}

const directions: Readonly<Record<string, string>> = {
  "- cali": "ingress",
  "eth0 cali": "ingress",
  "cali -": "egress",
  "cali eth0": "egress",
  "cali cali": "local",
  "eth0 -": "host-ingress",
  "- eth0": "host-egress",
};

/** Without the properties that are not there. */
function present(properties: object): object {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
