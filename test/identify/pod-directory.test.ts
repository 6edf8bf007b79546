import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPodDirectory } from "../../src/identify/pod-directory.ts";
import { hashOfInterface } from "../../src/model/pod-interface.ts";

const uid = "0f4a6d0e-7b9c-4b5e-9a53-5c1f8a2b6d11";

// Names of public clusters, with the interface that a public log line of each shows.
describe("an interface is named after its pod", () => {
  test.for([
    ["default", "netperf-client-42010a800074", "calia8df726959a"],
    ["default", "netperf-server-42010a800074", "cali4b8ed8b7d66"],
    ["cliente-a", "deployment-cliente-a-6fbd9cb8c9-hjkvz", "calie5cb85a6dac"],
  ] as const)("%s/%s", ([namespace, name, interfaceName]) => {
    const pod = readPodDirectory(`${namespace}_${name}_${uid}`);
    expect(pod).toEqual({ namespace, name, uid, hash: hashOfInterface(interfaceName) });
  });
});

describe("hashOfInterface()", () => {
  test.for([
    ["calia8df726959a", "a8df726959a"],
    ["enia8df726959a", "a8df726959a"],
    ["gkea8df726959a", "a8df726959a"],
    ["azva8df726959a", "a8df726959a"],
    ["cali", undefined],
    ["calia8df726959", undefined],
    ["calia8df726959A", undefined],
    ["cali0a8df726959a", undefined],
    ["eth0", undefined],
    ["podsa8df726959a", undefined],
    ["", undefined],
  ] as const)("of %j is %j", ([name, hash]) => {
    expect(hashOfInterface(name)).toBe(hash);
  });

  test("knows a prefix that was configured, and no other then", () => {
    expect(hashOfInterface("podsa8df726959a", ["pods"])).toBe("a8df726959a");
    expect(hashOfInterface("calia8df726959a", ["pods"])).toBeUndefined();
  });
});

describe("readPodDirectory()", () => {
  test.for([
    ["kube-system_kube-proxy-worker-1_5c9f1d4e6a7b8c9d0e1f2a3b4c5d6e7f", "kube-proxy-worker-1"],
    ["shop_web.with.dots-0_u", "web.with.dots-0"],
  ] as const)("reads %s", ([directory, name]) => {
    expect(readPodDirectory(directory)?.name).toBe(name);
  });

  test.for([
    "",
    "_",
    "__",
    "shop_web",
    "shop_web_",
    "_web_u",
    "shop__u",
    "shop_web_u_v",
    "Shop_web_u",
    "shop_Web_u",
    "-shop_web_u",
    "shop-_web_u",
    "shop_web_u/..",
    "shop_we b_u",
    "shop_web_\u001b[2J",
    "shop_web\n_u",
    "shop_web_u\n",
    "sh\u202eop_web_u",
    `${"a".repeat(64)}_web_u`,
    `shop_${"a".repeat(254)}_u`,
    `shop_web_${"a".repeat(65)}`,
    "../../etc_passwd_u",
    "shop_web_\ud800",
  ])("takes %j for nothing", (directory) => {
    expect(readPodDirectory(directory)).toBeUndefined();
  });

  test("gives nothing but what names may consist of, whatever the directory is called", () => {
    const part = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[a-z0-9._-]{0,20}$/));
    const directory = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.tuple(part, part, part).map((parts) => parts.join("_")),
    );
    fc.assert(
      fc.property(directory, (name) => {
        const pod = readPodDirectory(name);
        if (pod === undefined) return;
        expect(`${pod.namespace}_${pod.name}_${pod.uid}`).toBe(name);
        expect(name).toMatch(/^[\w.-]+$/);
      }),
    );
  });
});
