import { describe, expect, test } from "vitest";
import { workloadOf } from "../../src/model/workload.ts";

describe("workloadOf()", () => {
  test.for([
    ["web-5d8f7c9b4-x2x7z", "web", "Deployment"],
    ["deployment-cliente-a-6fbd9cb8c9-hjkvz", "deployment-cliente-a", "Deployment"],
    ["coredns-76f75df574-4kbrj", "coredns", "Deployment"],
    ["calico-kube-controllers-5f6c4b87b-9xw2l", "calico-kube-controllers", "Deployment"],
    ["postgres-0", "postgres", "StatefulSet"],
    ["kafka-broker-12", "kafka-broker", "StatefulSet"],
    ["backup-29384761-tq7zs", "backup", "CronJob"],
    ["backup-1617184500-tq7zs", "backup", "CronJob"],
    ["backup-29384761-0-tq7zs", "backup", "CronJob"],
    ["backup-29384761-1500-tq7zs", "backup", "CronJob"],
    // Of an Indexed Job "train", or of another "train-3".
    ["train-3-tq7zs", "train-3", undefined],
    ["calico-node-8xkzq", "calico-node", undefined],
    ["migrate-2-b9cdf", "migrate-2", undefined],
  ] as const)("of %s is %s", ([pod, name, kind]) => {
    expect(workloadOf(pod)).toEqual(kind === undefined ? { name } : { name, kind });
  });

  test.for([
    ["kube-proxy-worker-1", "worker-1", { name: "kube-proxy" }],
    ["kube-apiserver-10.0.0.1", "10.0.0.1", { name: "kube-apiserver" }],
    ["kube-proxy-worker-1", "", undefined],
  ] as const)("of %s, a static pod on %j, is %j", ([pod, node, workload]) => {
    expect(workloadOf(pod, node)).toEqual(workload);
  });

  test.for([
    "",
    "web",
    "my-nginx",
    "kube-proxy-worker",
    "app-01",
    "-0",
    "-x2x7z",
    "db-redis",
    "netperf-client-42010a800074",
  ])("of %j is none", (pod) => {
    expect(workloadOf(pod)).toBeUndefined();
  });
});
