import { expect, test } from "vitest";
import { nodeOfStaticPod } from "../../src/model/static-pod.ts";

const nodes = new Set(["", "1", "worker-1", "node.example"]);
const hash = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
const uuid = "2f0c1a34-5b66-4d7e-9f80-0123456789ab";

test.for([
  ["kube-proxy-worker-1", hash, "worker-1"],
  ["kube-apiserver-node.example", hash, "node.example"],
  ["etcd-1", hash, "1"],
  ["kube-proxy-worker-2", hash, ""],
  ["kube-proxy-", hash, ""],
  ["worker-1", hash, "1"],
  ["kube-proxy-worker-1", uuid, undefined],
  ["db-worker-1", uuid, undefined],
] as const)("the node of %s with the UID %s is %j", ([name, uid, node]) => {
  expect(nodeOfStaticPod({ name, uid }, nodes)).toBe(node);
});
