import { mkdirSync, mkdtempDisposableSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Endpoint } from "../../src/model/endpoint.ts";
import type { Flow } from "../../src/query/flows.ts";
import type { TopAnswer } from "../../src/query/top.ts";
import { type Lab, labMissing, type LabPod, startLab } from "./lab/lab.ts";
import { needs } from "./machine.ts";
import { outputOf, type Running, startDenyscope } from "./program.ts";
import { flowsOf, untilRead } from "./queries.ts";

const missing = labMissing();
const PARTS = 3;
const prefix = `calico-packet-n${process.pid}: `;

needs("the lab", missing);

/** The directories of pods, as kubelet makes them. */
class PodLogs {
  readonly path: string;
  #pods = 0;
  readonly #directories = new Map<string, string>();

  constructor(folder: string) {
    this.path = join(folder, "pods");
    mkdirSync(this.path);
  }

  add({ namespace, name, interfaceName }: LabPod): string {
    const uid = `0f4a6d0e-7b9c-4b5e-9a53-${String(++this.#pods).padStart(12, "0")}`;
    const directory = join(this.path, `${namespace}_${name}_${uid}`);
    mkdirSync(directory);
    this.#directories.set(interfaceName, directory);
    return uid;
  }

  remove({ interfaceName }: LabPod): void {
    rmdirSync(this.#directories.get(interfaceName)!);
  }
}

describe.skipIf(missing !== undefined)("what a kernel denies has names", () => {
  test("of pods by their interfaces, also of one that was replaced and of one that is gone", {
    timeout: 180_000,
  }, async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-names-"));
    const database = join(folder.path, "denyscope.db");
    const networks = join(folder.path, "networks.yaml");
    writeFileSync(networks, "customers: [203.0.113.0/28, 2001:db8:feed::/48]\n");
    await using lab = await startLab({ logPrefix: prefix, directory: join(folder.path, "log") });
    const podLogs = new PodLogs(folder.path);
    await using agents = new AsyncDisposableStack();
    const start = () => agents.use(startAgent(lab, database, podLogs.path));
    const [web, stateful, biller] = lab.pods as [LabPod, LabPod, LabPod];
    /** Every pod that there was, by its interface. */
    const pods = new Map<string, LabPod & { readonly uid: string }>();
    const add = (pod: LabPod) => pods.set(pod.interfaceName, { ...pod, uid: podLogs.add(pod) });
    const send = async (part: number) => {
      await lab.send({ part, of: PARTS });
      await lab.settled();
    };

    for (const pod of [web, stateful, biller]) add(pod);
    let agent = start();
    await agent.says("Pods are known by name");
    await send(1);
    podLogs.remove(web);
    const newWeb = await lab.replace(web, "web-7d4b9c6f5d-n5w2q");
    add(newWeb);
    await send(2);
    podLogs.remove(stateful);
    expect((await agent.end("SIGTERM")).status).toBe(0);
    agent = start();
    await send(3);
    const counters = await lab.counters();
    const logged = counters.reduce((sum, { packets }) => sum + packets, 0);
    await untilRead(database, logged);
    const { status, stderr } = await agent.end("SIGTERM");

    expect(status, stderr).toBe(0);
    expect(newWeb.ipv4).toBe(web.ipv4);
    const { flows } = await flowsOf(database, "--networks", networks);
    expect(flows.length).toBeGreaterThanOrEqual(33);
    const local = flows.filter(({ direction }) => direction === "local");
    expect(local.length).toBeGreaterThan(8);
    for (const flow of flows) {
      const { source, destination } = flow;
      expect(named(source), described(flow)).toEqual(expectedOf(lab, pods, flow.src!, flow.in));
      expect(named(destination), described(flow)).toEqual(
        expectedOf(lab, pods, flow.dst!, flow.out),
      );
    }
    const podsOf = (those: readonly Flow[]) => new Set(those.map(({ source: from }) => from?.pod));
    expect(podsOf(local)).toEqual(new Set([web.name, newWeb.name, biller.name]));
    await topIsWhatFiltersFind(database, networks, flows);
    const wide = await outputOf(["flows", "--db", database, "-o", "wide", "--pod", newWeb.name]);
    expect(wide).toContain(`shop/${newWeb.name}`);
    expect(wide).not.toContain(`shop/${web.name}`);
  });
});

function startAgent({ logFile, node }: Lab, database: string, pods: string): Running {
  const names = ["--pods", pods, "--node-address", node.ipv4, "--node-address", node.ipv6];
  return startDenyscope(["agent", logFile, "--db", database, "--node", "lab-node", ...names]);
}

/** What the lab knows of a side: its own pods by their interfaces, its node, its customers. */
function expectedOf(
  { node }: Lab,
  pods: ReadonlyMap<string, LabPod & { readonly uid: string }>,
  address: string,
  interfaceName = "",
): Partial<Endpoint> {
  const pod = pods.get(interfaceName);
  if (pod !== undefined) return { namespace: pod.namespace, pod: pod.name, uid: pod.uid };
  if ([node.ipv4, node.ipv6].includes(address)) return { node: "lab-node" };
  const isCustomer = /^(203\.0\.113\.7$|2001:db8:feed:)/.test(address);
  return isCustomer ? { network: "customers" } : {};
}

function named({ namespace, pod, uid, node, network, ambiguous }: Endpoint = {}): object {
  const known = { namespace, pod, uid, node, network, ambiguous };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

function described({ src, dst, dstPort, in: from = "", out = "" }: Flow): string {
  return `${src} -> ${dst}:${dstPort} IN=${from} OUT=${out}`;
}

async function topIsWhatFiltersFind(
  database: string,
  networks: string,
  flows: readonly Flow[],
): Promise<void> {
  for (const by of ["pod", "namespace", "workload", "network"]) {
    const asked = ["--db", database, "--networks", networks, "-o", "json"];
    const answer = JSON.parse(await outputOf(["top", by, ...asked])) as TopAnswer;
    const [{ key, packets } = { key: "", packets: 0 }] = answer.top;
    const found = await flowsOf(database, `--${by}`, key, "--networks", networks);
    expect(found.totals.packets, `${by} ${key}`).toBe(packets);
    expect(answer.totals.packets).toBe(flows.reduce((sum, flow) => sum + flow.packets, 0));
  }
}
