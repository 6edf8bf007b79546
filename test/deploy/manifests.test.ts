import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  PodMonitor,
  PrometheusRule,
} from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import { DaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PriorityClass } from "kubernetes-models/scheduling.k8s.io/v1/PriorityClass";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { describe, expect, test } from "vitest";
import { loadSettings } from "../../src/config/load.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";
import { ReadRecord } from "./read-record.ts";
import {
  type Applied,
  applied,
  kubernetes,
  type Manifest,
  podOf,
  rendered,
} from "./kubernetes-manifests.ts";

const names = Object.keys(applied) as Applied[];
const overlays = ["syslog", "messages", "journald"] as const;
const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

function tagOf(overlay: (typeof overlays)[number]): string {
  return overlay === "journald" ? `${version}-journald` : version;
}

type Model = new (manifest: never) => { validate(): void };
const models: Readonly<Record<string, Model>> = {
  "apps/v1 DaemonSet": DaemonSet,
  "networking.k8s.io/v1 NetworkPolicy": NetworkPolicy,
  "scheduling.k8s.io/v1 PriorityClass": PriorityClass,
  "v1 ConfigMap": ConfigMap,
  "v1 Namespace": Namespace,
  "v1 ServiceAccount": ServiceAccount,
  "monitoring.coreos.com/v1 PodMonitor": PodMonitor,
  "monitoring.coreos.com/v1 PrometheusRule": PrometheusRule,
};

function validate(manifest: Manifest): void {
  const model = models[`${manifest.apiVersion} ${manifest.kind}`]!;
  const record = new ReadRecord(manifest);
  // Its constructor would read all there is.
  Object.assign(new model({} as never), record.value).validate();
  expect(record.unread).toEqual([]);
}

/** Kustomize as kubectl has it since 1.21; older ones know no components. */
const kustomize = (() => {
  const { stdout } = spawnSync("kubectl", ["version", "--client"], { encoding: "utf8" });
  return /Kustomize Version: v[5-9]/.test(stdout ?? "");
})();

describe.skipIf(!kustomize)(
  "a registry of one's own, as the README puts it into the overlays",
  () => {
    test.for(overlays)("%s", (name) => {
      using folder = new TemporaryFolder();
      cpSync(kubernetes, folder.path, { recursive: true });
      const file = join(folder.path, applied[name], "kustomization.yaml");
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replace("registry.example.com", "registry.test/team"));
      const { stdout } = spawnSync("kubectl", ["kustomize", join(folder.path, applied[name])], {
        encoding: "utf8",
      });
      const images = [...stdout.matchAll(/image: (.*)/g)].map(([, image]) => image);
      expect(images).toEqual(Array(2).fill(`registry.test/team/denyscope:${tagOf(name)}`));
    });
  },
);

describe.skipIf(!kustomize)("the rendered files are what kustomize makes", () => {
  test.for(names)("%s", async (name) => {
    const folder = `${kubernetes}${applied[name]}`;
    const { stdout, stderr } = spawnSync("kubectl", ["kustomize", folder], { encoding: "utf8" });
    expect(stderr).toBe("");
    await expect(stdout).toMatchFileSnapshot(`${kubernetes}rendered/${name}.yaml`);
  });
});

describe("each manifest passes the schema of Kubernetes or of its operator", () => {
  const all = names.flatMap((name) =>
    rendered(name).map((manifest) => ({ name, kind: manifest.kind, manifest })),
  );
  test.for(all)("$name $kind", ({ manifest }) => {
    expect(() => validate(manifest)).not.toThrow();
  });

  test.for([
    ["a type", { spec: { selector: {}, template: { spec: { containers: "one" } } } }],
    ["what is missing", { spec: { template: {} } }],
    ["the name of a field", { spec: { selector: {}, template: {}, updateStrategyy: {} } }],
  ] as const)("which notices a mistake in %s", ([, wrong]) => {
    const manifest = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "x" },
      ...wrong,
    };
    expect(() => validate(manifest as unknown as Manifest)).toThrow();
  });
});

describe.for(overlays)(
  "the pods of the %s overlay may do what they need and nothing else",
  (name) => {
    const pod = podOf(name);
    const [agent] = pod.containers;
    const all = [...pod.containers, ...(pod.initContainers ?? [])];
    const isRoot = name !== "syslog";

    test("no container gains privileges, writes to its image, or has more than named", () => {
      for (const { securityContext, resources } of all) {
        expect(securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(securityContext.privileged).toBeUndefined();
        expect(resources).toMatchObject({
          requests: { cpu: expect.any(String) as unknown, memory: expect.any(String) as unknown },
          limits: { memory: expect.any(String) as unknown },
        });
      }
      const added = all.map(({ securityContext }) => securityContext.capabilities?.add ?? []);
      expect(added).toEqual([isRoot ? ["DAC_READ_SEARCH"] : [], ["CHOWN"]]);
    });

    test("the agent is nobody where the log allows it, else root that may read", () => {
      expect(pod.securityContext).toEqual({
        runAsNonRoot: !isRoot,
        runAsUser: isRoot ? 0 : 65_532,
        runAsGroup: isRoot ? 0 : 65_532,
        supplementalGroups: isRoot ? [] : [4],
        seccompProfile: { type: "RuntimeDefault" },
      });
    });

    test("there is one on each node, updated a tenth at a time, that drives no pod away", () => {
      const daemonSet = rendered(name).find(({ kind }) => kind === "DaemonSet");
      expect(daemonSet!.spec!.updateStrategy).toEqual({
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: "10%" },
      });
      expect(pod.tolerations).toEqual([{ operator: "Exists" }]);
      const priority = rendered(name).find(({ kind }) => kind === "PriorityClass");
      expect(priority).toMatchObject({
        metadata: { name: pod.priorityClassName },
        preemptionPolicy: "Never",
      });
    });

    test("it is known by its node, listens for Prometheus, and is asked whether it lives", () => {
      expect(agent.image).toBe(`registry.example.com/denyscope:${tagOf(name)}`);
      const source = name === "journald" ? ["--source=journald"] : [];
      expect(agent.args).toEqual(["agent", "--listen", "0.0.0.0:9464", ...source]);
      expect(agent.env).toEqual(
        [
          ["DENYSCOPE_NODE", "spec.nodeName"],
          ["DENYSCOPE_NODE_ADDRESSES", "status.hostIP"],
        ].map(([variable, fieldPath]) => ({
          name: variable,
          valueFrom: { fieldRef: { fieldPath } },
        })),
      );
      const port = "denyscope-http";
      expect(agent).toMatchObject({
        ports: [{ name: port, containerPort: 9464 }],
        startupProbe: { httpGet: { path: "/livez", port } },
        livenessProbe: { httpGet: { path: "/livez", port } },
        readinessProbe: { httpGet: { path: "/readyz", port } },
      });
    });

    test("the pod shares nothing of the node and has no token", () => {
      const { hostNetwork, hostPID, hostIPC } = pod;
      expect([hostNetwork, hostPID, hostIPC]).toEqual([undefined, undefined, undefined]);
      expect(pod.automountServiceAccountToken).toBe(false);
    });

    test("it mounts of the node directories to read, and one of its own", () => {
      const hostPaths = pod.volumes.flatMap(({ name: volume, hostPath }) => {
        if (hostPath === undefined) return [];
        const mount = agent!.volumeMounts.find((each) => each.name === volume);
        const access = mount?.readOnly === true ? "read" : "write";
        return [`${hostPath.path} ${hostPath.type} ${access}`];
      });
      expect(hostPaths.toSorted()).toEqual(
        [
          "/var/lib/denyscope DirectoryOrCreate write",
          "/var/log Directory read",
          ...(name === "journald"
            ? ["/etc/machine-id File read", "/run/log/journal DirectoryOrCreate read"]
            : ["/etc/localtime File read"]),
        ].toSorted(),
      );
    });
  },
);

test("alerts and the dashboard ask for metrics that there are", () => {
  const documented = new Set(
    [
      ...readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8").matchAll(
        /^\| `(\w+)`/gm,
      ),
    ].map(([, metric]) => metric!),
  );
  const text = readFileSync(`${kubernetes}rendered/monitoring.yaml`, "utf8");
  const asked = [...text.matchAll(/\b((?:denyscope|process)_[a-z_]+)(?=[{[) ,])/g)]
    .map(([, metric]) => metric!.replace(/_bucket$/, ""))
    .filter((metric) => metric !== "denyscope_http");
  expect(asked.length).toBeGreaterThan(15);
  expect([...new Set(asked)].filter((metric) => !documented.has(metric))).toEqual([]);
});

test("the version of the manifests is that of the program", () => {
  for (const name of overlays) {
    const text = readFileSync(`${kubernetes}rendered/${name}.yaml`, "utf8");
    const shown = [...text.matchAll(/(?:app.kubernetes.io\/version:|denyscope:)\s*"?([\d.]+)/g)];
    expect(new Set(shown.map(([, found]) => found))).toEqual(new Set([version]));
  }
});

test("the configuration is accepted, and so is each of its examples", async () => {
  using folder = new TemporaryFolder();
  const { data } = rendered("syslog").find(({ kind }) => kind === "ConfigMap")!;
  const text = data!["config.yaml"]!;
  // An example stands below a sentence that ends with a colon.
  const examples = text.replaceAll(/^# (?=\w+:( |$)|  )/gm, "");
  expect(examples).not.toBe(text);
  const load = (content: string) =>
    loadSettings({}, { HOME: folder.path }, folder.write("config.yaml", content));
  expect((await load(text)).forward).toEqual([]);
  const settings = await load(examples);
  expect(settings.prefixTemplate).toBe("calico-packet %t %k %n");
  expect(settings.forward).toHaveLength(1);
  expect(settings.networks).toHaveLength(1);
});
