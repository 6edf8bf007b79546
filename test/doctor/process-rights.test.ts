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
    ["\t4 101 ", "0000000000000000", { user: 65_532, groups: [65_533, 4, 101], isUnbound: false }],
    [" ", "0000000000000000", { user: 65_532, groups: [65_533], isUnbound: false }],
    [" ", "0000000000000004", { user: 65_532, groups: [65_533], isUnbound: true }],
    [" ", "000001ffffffffff", { user: 65_532, groups: [65_533], isUnbound: true }],
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
  test.for<[number, "owner" | "group" | "other" | "unbound", boolean]>([
    [0o640, "owner", true],
    [0o640, "group", true],
    [0o640, "other", false],
    [0o640, "unbound", true],
    [0o600, "group", false],
    [0o604, "other", true],
    // Who is in the group is not one of the others.
    [0o604, "group", false],
    [0o044, "owner", false],
  ])("mode %o, %s: may read it %s", ([mode, who, may]) => {
    using node = new NodeFolder({ log: "" });
    const log = node.path("log");
    chmodSync(log, mode);
    const { uid, gid } = statSync(log);
    const user = who === "owner" ? uid : uid + 1;
    const groups = who === "group" ? [gid + 1, gid] : [gid + 1];
    const refused = refusedTo({ user, groups, isUnbound: who === "unbound" }, log);
    expect(refused === undefined).toBe(may);
  });
});
