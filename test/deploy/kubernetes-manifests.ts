import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

export const kubernetes = fileURLToPath(new URL("../../deploy/kubernetes/", import.meta.url));

/** What somebody applies: an overlay, and the folder that makes it. */
export const applied = {
  syslog: "overlays/syslog",
  messages: "overlays/messages",
  journald: "overlays/journald",
  monitoring: "monitoring",
} as const;
export type Applied = keyof typeof applied;

export type Container = {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly unknown[];
  readonly securityContext: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly privileged?: boolean;
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
  readonly resources: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
};

export type PodSpec = {
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly priorityClassName: string;
  readonly tolerations: readonly unknown[];
  readonly containers: readonly [Container, ...Container[]];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly hostPath?: { readonly path: string; readonly type?: string };
  }[];
};

export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly updateStrategy?: unknown;
    readonly template?: { readonly spec: PodSpec };
  };
};

/** As kustomize made them: the files that are applied without it. */
export function rendered(name: Applied): readonly Manifest[] {
  const text = readFileSync(`${kubernetes}rendered/${name}.yaml`, "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

export function podOf(name: Applied): PodSpec {
  const daemonSet = rendered(name).find(({ kind }) => kind === "DaemonSet");
  return daemonSet!.spec!.template!.spec;
}
