import { describe, expect, test } from "vitest";
import { withoutConsequences } from "../../src/doctor/consequences.ts";
import type { Evidence } from "../../src/doctor/evidence.ts";
import { examine } from "../../src/doctor/examine.ts";
import type { Finding, TroubleName } from "../../src/doctor/finding.ts";
import { NodeFolder } from "./node-folder.ts";

const trouble = (name: TroubleName, level: "problem" | "note" = "problem"): Finding => ({
  level,
  check: "source",
  name,
  seen: "",
  means: "",
  mend: [],
});

describe("withoutConsequences()", () => {
  test.for<[readonly TroubleName[], readonly TroubleName[]]>([
    [["syslog-stopped", "kernel-lines-missing"], ["syslog-stopped"]],
    [["kernel-lines-missing", "packets-not-logged"], ["kernel-lines-missing"]],
    [["no-log-rule", "ebpf-data-plane"], ["ebpf-data-plane"]],
    [["kernel-lines-missing"], ["kernel-lines-missing"]],
    [["database-read-only", "agent-missing"], ["database-read-only"]],
    // The agent may be another user.
    [
      ["database-refused", "agent-missing"],
      ["database-refused", "agent-missing"],
    ],
    [
      ["file-mounted", "disk-full"],
      ["file-mounted", "disk-full"],
    ],
    [[], []],
  ])("%j leaves %j", ([names, left]) => {
    expect(withoutConsequences(names.map((name) => trouble(name)))).toEqual(
      left.map((name) => trouble(name)),
    );
  });

  test("nothing follows from a note", () => {
    const findings = [trouble("disk-full", "note"), trouble("disk-short", "note")];
    expect(withoutConsequences(findings)).toEqual(findings);
  });
});

describe("examine()", () => {
  /** A node of which little can be seen, and that little is well. */
  async function evidenceOf(node: NodeFolder, line: string): Promise<Evidence> {
    node.link("proc/self/ns/pid", "pid:[1]");
    node.write("var/log/syslog", `${line}\n`);
    const evidence = await node.evidence({ files: ["/var/log/syslog"] });
    const content = { state: "beginning" } as const;
    return { ...evidence, database: () => ({ holder: 1, blockers: [], content }) };
  }

  test("says how to cause a denial where nothing is amiss and none was seen", async () => {
    using node = new NodeFolder();
    const { healthy, next, findings } = await examine(await evidenceOf(node, "n1 cron[1]: x"));
    expect(healthy, JSON.stringify(findings)).toBe(true);
    expect(next?.commands.join("\n")).toMatch(/kubectl run[^]*denyscope observe/);
  });

  test("does not where one was seen", async () => {
    using node = new NodeFolder();
    const denial =
      "Jun  1 12:00:00 n1 kernel: calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 " +
      "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=1 DPT=2 WINDOW=1 " +
      "RES=0x00 SYN URGP=0 ";
    const { healthy, next } = await examine(await evidenceOf(node, denial));
    expect({ healthy, next }).toEqual({ healthy: true, next: undefined });
  });

  test("puts problems first", async () => {
    using node = new NodeFolder();
    const evidence = await evidenceOf(node, "n1 cron[1]: x");
    const missing = { holder: undefined, blockers: [], content: { state: "missing" } } as const;
    const { healthy, findings } = await examine({ ...evidence, database: () => missing });
    expect(healthy).toBe(false);
    const levels = findings.map(({ level }) => level);
    const order = ["problem", "note", "unknown", "ok"];
    expect(levels).toEqual(levels.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
  });
});
