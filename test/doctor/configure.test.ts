import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configure, useJournal } from "../../src/doctor/configure.ts";
import { startAgent } from "../../src/doctor/start-agent.ts";
import { NodeFolder } from "./node-folder.ts";

type Files = Readonly<Record<string, string>>;

const PID = 812;
const group = `proc/${PID}/cgroup`;
const pod: Files = { "proc/self/environ": "A=b\0KUBERNETES_SERVICE_HOST=10.0.0.1\0" };
const unit: Files = { "etc/systemd/system/denyscope.service": "" };
const podOfAgent: Files = { [group]: "0::/kubepods.slice/kubepods-burstable.slice/x.scope\n" };
const service: Files = { [group]: "0::/system.slice/denyscope.service\n" };
/** A container sees its own group as the root of all. */
const container: Files = { [group]: "0::/\n" };

/** A node with these files, and an agent if its group is one of them. */
async function evidenceOf(node: NodeFolder) {
  const { machine } = await node.evidence();
  const holder = machine.isFile(`/${group}`) ? PID : undefined;
  const content = { state: "missing" } as const;
  return { machine, database: () => ({ holder, blockers: [], content }) };
}

const inFile = "sudo mkdir -p /etc/denyscope && echo 'timezone: UTC' | sudo tee --append";
const inCluster = "kubectl edit -n denyscope configmap denyscope-config  #";
const overlay = "kubectl apply -k deploy/kubernetes/overlays/journald";
const pods = "kubectl get pods -n denyscope -o wide";
const start = "sudo systemctl enable --now denyscope";

describe("mends fit where the agent runs", () => {
  test.for<[name: string, files: Files, home: "cluster" | "systemd" | "unknown"]>([
    ["nothing tells", {}, "unknown"],
    ["an agent that a person started", { [group]: "0::/user.slice/x.scope\n" }, "unknown"],
    ["doctor is in a pod", pod, "cluster"],
    ["so is the agent", { ...pod, ...container }, "cluster"],
    ["doctor is on the node of a pod", podOfAgent, "cluster"],
    ["the unit is installed", unit, "systemd"],
    ["the unit runs", service, "systemd"],
    ["the unit runs, and doctor is in a pod", { ...pod, ...service }, "systemd"],
    ["the unit is left, and a pod runs", { ...unit, ...podOfAgent }, "cluster"],
  ])("%s", async ([, files, home]) => {
    using node = new NodeFolder(files);
    const evidence = await evidenceOf(node);
    expect(
      [configure(evidence, "timezone", "UTC"), useJournal(evidence), startAgent(evidence)].flat(),
    ).toEqual(
      {
        systemd: [
          expect.stringContaining(inFile),
          expect.stringContaining("'source: journald'"),
          start,
        ],
        cluster: [`${inCluster} timezone: UTC`, overlay, pods],
        unknown: [
          expect.stringContaining(inFile),
          `${inCluster} or in a cluster, timezone: UTC`,
          expect.stringContaining("'source: journald'"),
          `${overlay}  # or in a cluster`,
          start,
          `${pods}  # or in a cluster`,
        ],
      }[home],
    );
  });

  test("the line gets into the file as it is meant", async () => {
    using node = new NodeFolder(unit);
    mkdirSync(node.path("etc"), { recursive: true });
    const globs = [`it's "odd"*`, "calico-packet*"];
    const [command = ""] = configure(await evidenceOf(node), "deniedPrefixes", globs);
    const here = command.replaceAll("sudo ", "").replaceAll("/etc/", node.path("etc/"));
    execFileSync("sh", ["-c", here]);
    const text = readFileSync(node.path("etc/denyscope/config.yaml"), "utf8");
    expect(parse(text)).toEqual({ deniedPrefixes: globs });
  });

  test("what the file has already is not written twice", async () => {
    using node = new NodeFolder({ ...unit, "etc/denyscope/config.yaml": "a: 1\nfiles:\n  - /a\n" });
    const evidence = await evidenceOf(node);
    expect(configure(evidence, "files", ["/b"])).toEqual([
      'sudoedit /etc/denyscope/config.yaml  # files: ["/b"], in place of what it has',
    ]);
    expect(configure(evidence, "source", "kmsg")[0]).toContain("--append");
  });
});
