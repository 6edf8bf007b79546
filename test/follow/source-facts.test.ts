import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  gatherSourceFacts,
  journalReach,
  kernelBufferReach,
  logReach,
} from "../../src/follow/source-facts.ts";
import { needs, unprivileged, unprivilegedMissing } from "../end-to-end/machine.ts";
import { journalMissing, PrivateJournal } from "./messages/private-journal.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const module = join(import.meta.dirname, "../../src/follow/source-facts.ts");

/** What a process without privileges finds. */
function withoutPrivileges(call: string): unknown {
  const load = `import * as facts from ${JSON.stringify(module)};`;
  const script = `${load} console.log(JSON.stringify(${call}))`;
  const command = [...unprivileged, process.execPath, "--input-type=module", "-e", script];
  return JSON.parse(execFileSync(command[0]!, command.slice(1), { encoding: "utf8" }));
}

needs("an unprivileged process", unprivilegedMissing());

describe("logReach()", () => {
  test("finds what is there, and what is none", () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\n");
    expect(logReach(path).state).toBe("usable");
    expect(logReach(folder.file("messages"))).toEqual({
      state: "missing",
      because: "does not exist",
    });
    expect(logReach(join(path, "x"))).toEqual({ state: "missing", because: "does not exist" });
    expect(logReach(folder.path)).toEqual({ state: "unusable", because: "is no regular file" });
  });

  test.skipIf(unprivilegedMissing() !== undefined)("knows a log that may not be read", () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "a\n");
    chmodSync(path, 0o000);
    expect(withoutPrivileges(`facts.logReach(${JSON.stringify(path)})`)).toEqual({
      state: "denied",
      because: "permission denied",
    });
  });
});

describe("kernelBufferReach()", () => {
  test("knows a device that is not there", () => {
    expect(kernelBufferReach("/dev/no-kmsg")).toEqual({
      state: "missing",
      because: "does not exist",
    });
  });
});

describe("journalReach()", () => {
  test("knows a program that is not there", async () => {
    expect(await journalReach("/no/journalctl")).toEqual({
      state: "missing",
      because: '"/no/journalctl" was not found',
    });
  });

  test.skipIf(journalMissing() !== undefined)("asks for an entry of the kernel's", async () => {
    using journal = new PrivateJournal();
    const reach = () => journalReach("journalctl", journal.parameters);
    journal.write([{ message: "x", transport: "syslog" }]);
    expect(await reach()).toEqual({
      state: "unusable",
      because: "journalctl shows no entry of the kernel's",
    });
    journal.write([{ message: "x" }]);
    expect((await reach()).state).toBe("usable");
    const missing = ["--directory", join(journal.folder, "missing")];
    expect((await journalReach("journalctl", missing)).because).toMatch(
      /^journalctl failed: .*No such file or directory/,
    );
  });
});

describe("gatherSourceFacts()", () => {
  test("asks no further than it must", async () => {
    using folder = new TemporaryFolder();
    const path = folder.write("syslog", "");
    const found = await gatherSourceFacts("auto", [folder.file("none"), path]);
    expect(found.logs.map(({ state }) => state)).toEqual(["missing", "usable"]);
    expect([found.journald, found.kmsg]).toEqual([undefined, undefined]);
    const none = await gatherSourceFacts("auto", [folder.file("none")]);
    expect(none.journald).toBeDefined();
    const kmsg = await gatherSourceFacts("kmsg", [path]);
    expect([kmsg.logs, kmsg.journald]).toEqual([[], undefined]);
    expect(kmsg.kmsg).toBeDefined();
  });
});
