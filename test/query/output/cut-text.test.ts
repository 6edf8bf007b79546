import { expect, test } from "vitest";
import { cutText } from "../../../src/query/output/cut-text.ts";

const web = "shop/web-5d8f7c9b4-x2x7z";

test.for([
  [web, 24, web],
  [web, 23, "shop/web-5d8f7c9…-x2x7z"],
  [web, 18, "shop/web-5d…-x2x7z"],
  [web, 15, "shop/web…-x2x7z"],
  [web, 12, "shop/w…x2x7z"],
  [web, 3, "s…z"],
  [web, 2, "s…"],
  [web, 1, "…"],
  [web, 0, ""],
  ["default/netperf-client-42010a800074", 20, "default/ne…10a800074"],
  ["kube-system/etcd-worker-1", 16, "kube-system/e…-1"],
  ["shop/redis", 8, "shop…dis"],
  ["my-shop/database", 12, "my-sho…abase"],
  ["10.9.3.4 (vpc-of-the-shop)", 15, "10.9.3.4 (vpc-…"],
  ["2001:db8:1:2:3:4:5:6", 15, "2001:db8:1:2:3…"],
  ["/var/log/pods-of-the-node", 15, "/var/log/pods-…"],
  ["节点一二三", 6, "节点…"],
  ["e\u0301".repeat(9), 4, `${"e\u0301".repeat(3)}…`],
] as const)("%j in %i columns is %j", ([text, columns, expected]) => {
  expect(cutText(text, columns)).toBe(expected);
});
