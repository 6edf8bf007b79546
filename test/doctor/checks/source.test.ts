import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sourceCheck } from "../../../src/doctor/checks/source.ts";
import { NodeFolder } from "../node-folder.ts";

/** A line of /proc/self/mountinfo. */
const mount = (origin: string, point: string) =>
  `61 28 254:0 ${origin} ${point} rw,relatime - ext4 /dev/vda rw\n`;

async function findings(node: NodeFolder, path: string) {
  return await sourceCheck(await node.evidence({ files: [path] }));
}

describe("sourceCheck()", () => {
  test.for<[string, string, string | undefined]>([
    ["a folder that is mounted", "/var/log", undefined],
    ["the file", "/var/log/syslog", "is a mount of one file, /var/log/syslog"],
    ["a file that was renamed", "/var/log/syslog.1", "it is /var/log/syslog.1 now"],
    ["a file that was removed", "/var/log/syslog//deleted", "left behind"],
    ["a name with a space", String.raw`/var/my\040log`, "one file, /var/my log"],
  ])("%s", async ([, origin, seen]) => {
    using node = new NodeFolder({ syslog: "" });
    const point = seen === undefined ? node.path(".") : node.path("syslog");
    node.write("proc/self/mountinfo", mount("/", "/") + mount(origin, point));
    const [finding] = await findings(node, "/syslog");
    if (seen === undefined) expect(finding).toMatchObject({ level: "ok" });
    else expect(finding).toMatchObject({ level: "problem", name: "file-mounted" });
    expect(finding?.seen).toContain(seen ?? "");
  });

  test("a folder and a pipe are refused, and waited for by nobody", async () => {
    using node = new NodeFolder();
    mkdirSync(node.path("folder"));
    execFileSync("mkfifo", [node.path("pipe")]);
    for (const name of ["folder", "pipe"]) {
      const [finding] = await findings(node, `/${name}`);
      expect(finding).toMatchObject({ level: "problem", name: "source-not-a-file" });
    }
    expect(await (await node.evidence({ files: ["/pipe"] })).log()).toBeUndefined();
  });

  test("a pattern that names no log is named as it was written", async () => {
    using node = new NodeFolder();
    const [finding] = await findings(node, "/*.log");
    expect(finding).toMatchObject({ name: "source-missing" });
    expect(finding?.seen).toContain("*.log names no log");
  });

  test("of the standard logs one that may not be read is told of", async () => {
    using node = new NodeFolder({ "var/log/messages": "" });
    const evidence = await node.evidence({ source: "file" });
    expect(await sourceCheck(evidence)).toMatchObject([{ level: "ok" }]);
    const choice = await evidence.source();
    const warnings = ["/var/log/syslog exists but cannot be read: let the agent read it"];
    const found = await sourceCheck({ ...evidence, source: async () => ({ ...choice, warnings }) });
    expect(found).toMatchObject([{ level: "ok" }, { level: "note", name: "source-unreadable" }]);
  });
});
