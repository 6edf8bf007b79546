import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { printable } from "../../src/model/printable.ts";
import { until } from "../forward/servers/until.ts";
import { startAgent } from "./agent-run.ts";
import { Place } from "./import-place.ts";
import { needs, unprivileged, unprivilegedMissing } from "./machine.ts";
import { denyscope, outputOf, type RunOptions } from "./program.ts";
import { flowsOf, untilRead } from "./queries.ts";

const uid = "0f4a6d0e-7b9c-4b5e-9a53-5c1f8a2b6d11";
/** Names and interfaces that a public log shows. */
const client = "default_netperf-client-42010a800074";
const server = "default_netperf-server-42010a800074";
const lines = [443, 5432].map(
  (port) =>
    `2026-11-22T12:00:0${port % 10}.000000+00:00 worker-1 kernel: calico-packet: ` +
    "IN=calia8df726959a OUT=cali4b8ed8b7d66 SRC=10.244.1.5 DST=10.244.1.6 LEN=60 TOS=0x00 " +
    `PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=40000 DPT=${port} WINDOW=64240 RES=0x00 SYN URGP=0 \n`,
);

function podsIn(place: Place, ...names: readonly string[]): string {
  const pods = place.path("pods");
  mkdirSync(pods, { recursive: true });
  for (const name of names) mkdirSync(`${pods}/${name}`);
  return pods;
}

const both = [`${client}_${uid}`, `${server}_${uid}`];
const namesOf = ({ source, destination }: Awaited<ReturnType<typeof flowsOf>>["flows"][number]) =>
  [source?.pod, destination?.pod].map((pod) => pod ?? "-").join(" ");
const named = "netperf-client-42010a800074 netperf-server-42010a800074";

describe("names without asking anybody", () => {
  test("of an import, kept in its database", async () => {
    using place = new Place();
    const log = place.write("syslog", lines);
    const { status, stderr } = await place.import(log, "--pods", podsIn(place, ...both));
    expect(status, stderr).toBe(0);
    const { flows } = await flowsOf(
      place.path("db"),
      "--pod",
      "default/netperf-client-42010a800074",
    );
    expect(flows.map(namesOf)).toEqual([named, named]);
  });

  test("of logs that are asked", async () => {
    using place = new Place();
    const log = place.write("syslog", lines);
    const pods = podsIn(place, ...both);
    const table = await outputOf(["flows", "--log", log, "--pods", pods]);
    expect(table).toContain(
      "default/netperf-client-42010a800074  default/netperf-server-42010a800074",
    );
    const top = await outputOf(["top", "pod", "--log", log, "--pods", pods, "-o", "csv"]);
    expect(top.split("\r\n")[1]).toMatch(/^default\/netperf-client-42010a800074,2,/);
    const csv = await outputOf(["flows", "--log", log, "--pods", pods, "-o", "csv"]);
    expect(csv).toContain("srcNamespace,srcPod,srcUid,srcWorkload,srcNode");
    expect(csv).toContain(`default,netperf-client-42010a800074`);
  });

  test.for([
    ["are not wanted", () => "none", () => ""],
    [
      "are looked for where there is nothing, which is said once",
      (place: Place) => place.path("nowhere"),
      (pods: string) => `No names of pods from "${pods}": there is no such directory\n`,
    ],
  ] as const)("and none where they %s", async ([, podsOf, saysOf]) => {
    using place = new Place();
    const log = place.write("syslog", lines);
    const pods = podsOf(place);
    const { stdout, stderr } = await denyscope(["top", "pod", "--log", log, "--pods", pods]);
    expect(stderr).toBe(saysOf(pods));
    expect(stdout).toMatch(/^-\s+2 /m);
    const imported = await place.import(log, "--pods", pods);
    expect(imported.status, imported.stderr).toBe(0);
    expect(imported.stderr).toContain(saysOf(pods));
  });
});

describe("an agent without names counts as ever, and says once why", () => {
  test.for<readonly [string, (pods: string) => void, string, RunOptions?]>([
    ["that is not there", () => undefined, "there is no such directory"],
    ["that is a file", (pods) => writeFileSync(pods, ""), "it is no directory"],
  ])("of a directory %s", async ([, prepare, reason]) => {
    using place = new Place();
    const pods = place.path("pods");
    prepare(pods);
    await expectWithout(place, pods, reason);
  });

  const missing = unprivilegedMissing();
  needs("a process without privileges", missing);
  test.skipIf(missing !== undefined).for([
    ["read", 0o300, "0300"],
    ["search", 0o444, "0444"],
  ] as const)("of one that it may not %s", async ([verb, mode, octal]) => {
    using place = new Place();
    const pods = podsIn(place, ...both);
    chmodSync(pods, mode);
    const reason = `may not ${verb} ${pods}: mode ${octal}`;
    await expectWithout(place, pods, reason, { through: unprivileged });
  });

  test("and has them when the directory comes", async () => {
    using place = new Place();
    const log = place.write("syslog", lines);
    await using agent = startAgent(agentPlan(place, log, place.path("pods")));
    await agent.says("Pods are not known by name");
    podsIn(place, ...both);
    await agent.says("Pods are known by name");
    await untilRead(place.path("db"), lines.length);
    expect((await agent.end("SIGTERM")).status).toBe(0);
    expect((await flowsOf(place.path("db"))).flows.map(namesOf)).toEqual([named, named]);
  });

  test("hostile names of directories are no pods, and reach no terminal", async () => {
    using place = new Place();
    const log = place.write("syslog", lines);
    const hostile = [
      "\u001b[2J_x_y",
      "a_b\n_c",
      "a_b_c_d",
      "a_\u202eb_c",
      "=1+1_b_c",
      `a_${"b".repeat(200)}`,
    ];
    const pods = podsIn(place, ...both, ...hostile);
    await using agent = startAgent(agentPlan(place, log, pods));
    expect(await agent.says("Pods are known by name")).toMatch(/"pods":2,/);
    await untilRead(place.path("db"), lines.length);
    const { status, stderr } = await agent.end("SIGTERM");
    expect(status).toBe(0);
    const shown = stderr + (await outputOf(["top", "pod", "--db", place.path("db"), "-o", "wide"]));
    expect(shown.replaceAll("\n", "")).toBe(printable(shown.replaceAll("\n", "")));
  });
});

describe("what is forwarded has names", () => {
  test("as structured data, unless they are left out; filters know them all the same", async () => {
    using place = new Place();
    const got = { with: "", without: "", none: "" };
    const servers = await Promise.all(
      (["with", "without", "none"] as const).map(async (name) => {
        const listening = createServer((socket) => {
          socket.setEncoding("utf8").on("data", (text: string) => (got[name] += text));
        }).listen(0, "127.0.0.1");
        await once(listening, "listening");
        return listening;
      }),
    );
    const [first, second, third] = servers.map(
      (each) => `tcp://127.0.0.1:${(each.address() as { port: number }).port}`,
    );
    const log = place.write("syslog", lines);
    const pods = podsIn(place, ...both);
    const wanted = encodeURIComponent("--to-pod default/netperf-server-42010a800074");
    const forward = [
      ["--forward", `${first}?send=both`],
      ["--forward", `${second}?names=no&notices=no&filter=${wanted}`],
      [
        "--forward",
        `${third}?notices=no&filter=${encodeURIComponent("--not --namespace default")}`,
      ],
    ].flat();
    await using agent = startAgent({
      ...agentPlan(place, log, pods),
      more: ["--pods", pods, "--forward-history", ...forward],
    });
    await untilRead(place.path("db"), lines.length);
    const denials = (text: string) => text.split("denyscope - denial").length - 1;
    await until("all come", () => denials(got.with) === 2 && denials(got.without) === 2);
    expect((await agent.end("SIGTERM")).status).toBe(0);
    for (const server of servers) server.close();

    expect(got.with).toContain(
      'srcNamespace="default" srcPod="netperf-client-42010a800074" srcClass="private" ' +
        'dstNamespace="default" dstPod="netperf-server-42010a800074" dstClass="private"',
    );
    expect(got.with).toContain(
      "denied tcp 10.244.1.5:40000 (default/netperf-client-42010a800074) -> 10.244.1.6:443 " +
        "(default/netperf-server-42010a800074)",
    );
    expect(got.without).not.toContain("netperf");
    expect(got.none).toBe("");
  });
});

function agentPlan(place: Place, log: string, pods: string) {
  return { logs: [log], database: place.path("db"), more: ["--pods", pods] };
}

async function expectWithout(
  place: Place,
  pods: string,
  reason: string,
  options?: RunOptions,
): Promise<void> {
  const log = place.write("syslog", lines);
  await using agent = startAgent(agentPlan(place, log, pods), options);
  await agent.says("Following a log");
  await untilRead(place.path("db"), lines.length);
  // Some looks more.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const { status, stderr } = await agent.end("SIGTERM");
  expect(status, stderr).toBe(0);
  expect(stderr.split("Pods are not known by name")).toHaveLength(2);
  expect(stderr).toContain(reason);
  const { flows } = await flowsOf(place.path("db"));
  expect(flows.map(namesOf)).toEqual(["- -", "- -"]);
}
