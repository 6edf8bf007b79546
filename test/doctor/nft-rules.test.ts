import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nftRules } from "../../src/doctor/facts/nft-rules.ts";

const rule = (...expr: readonly object[]) =>
  JSON.stringify({
    nftables: [
      { metainfo: { version: "1.0.6", json_schema_version: 1 } },
      { table: { family: "ip", name: "calico", handle: 1 } },
      { chain: { family: "ip", table: "calico", name: "filter-cali-FORWARD", handle: 2 } },
      { rule: { family: "ip", table: "calico", chain: "filter-cali-pi-x", handle: 3, expr } },
    ],
  });
const log = { log: { prefix: "calico-packet: ", level: "info" } };

describe("nftRules()", () => {
  test.for<[string, readonly object[], object]>([
    ["with a counter", [{ counter: { packets: 5, bytes: 300 } }, log], { packets: 5 }],
    ["without one", [log], { packets: undefined }],
    ["with a counter that has a name", [{ counter: "denied" }, log], { packets: undefined }],
    ["with a limit", [{ limit: { rate: 10, per: "minute" } }, log], { limit: "10/minute" }],
    ["without a prefix", [{ log: null }], { prefix: "" }],
  ])("reads a log statement %s", ([, expr, expected]) => {
    const usual = { packets: undefined, limit: undefined, prefix: "calico-packet: " };
    expect(nftRules(rule(...expr))?.rules).toEqual([
      { tool: "nft", chain: "filter-cali-pi-x", ...usual, ...expected },
    ]);
  });

  test("leaves out what goes to a program, and what logs nothing", () => {
    expect(nftRules(rule({ log: { group: 2 } }))?.rules).toEqual([]);
    expect(nftRules(rule({ drop: null }))?.rules).toEqual([]);
  });

  test("names all chains", () => {
    expect(nftRules(rule(log))?.chains).toEqual(["filter-cali-FORWARD"]);
  });

  test("gives nothing for what is no JSON", () => {
    fc.assert(fc.property(fc.string(), (text) => nftRules(`{${text}`) === undefined));
  });
});
