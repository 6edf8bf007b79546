import { chmodSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ProcessRights, refusedTo, rightsOf } from "../../src/doctor/facts/process-rights.ts";
import { LocalMachine } from "../../src/doctor/local-machine.ts";
import { NodeFolder } from "./node-folder.ts";

const status = (groups: string, capabilities: string) =>
  `Name:\tnode\nUid:\t1\t2\t3\t65532\nGid:\t1\t2\t3\t65533\nGroups:${groups}\nNStgid:\t7\n` +
  `CapInh:\t0000000000000000\nCapEff:\t${capabilities}\n`;

describe("rightsOf()", () => {
  test.for<[string, string, ProcessRights]>([
    [
      "\t4 101 ",
      "0000000000000000",
      { user: 65_532, groups: [65_533, 4, 101], unbound: "nothing" },
    ],
    [" ", "0000000000000000", { user: 65_532, groups: [65_533], unbound: "nothing" }],
    [" ", "0000000000000004", { user: 65_532, groups: [65_533], unbound: "reading" }],
    [" ", "000001ffffffffff", { user: 65_532, groups: [65_533], unbound: "all" }],
  ])("groups %j, capabilities %s", ([groups, capabilities, rights]) => {
    using node = new NodeFolder({ "proc/7/status": status(groups, capabilities) });
    expect(rightsOf(new LocalMachine(node.path("."), Date.now), 7)).toEqual(rights);
  });

  test("knows nothing of a process that is not there", () => {
    using node = new NodeFolder();
    expect(rightsOf(new LocalMachine(node.path("."), Date.now), 7)).toBeUndefined();
  });
});

describe("refusedTo()", () => {
  type Who = "owner" | "group" | "other" | "with DAC_READ_SEARCH" | "with DAC_OVERRIDE";
  test.for<[number, Who, "read" | "write", boolean]>([
    [0o640, "owner", "read", true],
    [0o640, "group", "read", true],
    [0o640, "other", "read", false],
    [0o640, "with DAC_READ_SEARCH", "read", true],
    [0o640, "with DAC_OVERRIDE", "read", true],
    [0o600, "group", "read", false],
    [0o604, "other", "read", true],
    // Who is in the group is not one of the others.
    [0o604, "group", "read", false],
    [0o044, "owner", "read", false],
    [0o640, "owner", "write", true],
    [0o640, "group", "write", false],
    [0o660, "group", "write", true],
    [0o646, "other", "write", true],
    [0o640, "with DAC_READ_SEARCH", "write", false],
    [0o640, "with DAC_OVERRIDE", "write", true],
  ])("mode %o, %s: may %s it %s", ([mode, who, use, may]) => {
    using node = new NodeFolder({ log: "" });
    const log = node.path("log");
    chmodSync(log, mode);
    const { uid, gid } = statSync(log);
    const user = who === "owner" ? uid : uid + 1;
    const groups = who === "group" ? [gid + 1, gid] : [gid + 1];
    const capabilities = { "with DAC_READ_SEARCH": "reading", "with DAC_OVERRIDE": "all" } as const;
    const unbound =
      who in capabilities ? capabilities[who as keyof typeof capabilities] : "nothing";
    const refused = refusedTo({ user, groups, unbound }, log, use);
    expect(refused === undefined).toBe(may);
  });
});
