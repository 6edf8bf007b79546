import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Examination } from "../../src/doctor/examine.ts";
import type { Trouble } from "../../src/doctor/finding.ts";
import { asNobody } from "./doctor/as-nobody.ts";
import { brokenLogs } from "./doctor/broken-logs.ts";
import { brokenMachines } from "./doctor/broken-machines.ts";
import type { Asked, BrokenNode } from "./doctor/broken-node.ts";
import { brokenRules } from "./doctor/broken-rules.ts";
import { hitLimit } from "./doctor/hit-limit.ts";
import { SoundNode } from "./doctor/sound-node.ts";
import { Journald, journaldMissing } from "./journald.ts";
import { labMissing } from "./lab/lab-missing.ts";
import { needs, programMissing, smallDiskMissing } from "./machine.ts";
import { denyscope, outputOf } from "./program.ts";

const missing =
  labMissing() ??
  smallDiskMissing() ??
  journaldMissing() ??
  ["faketime", "setpriv", "nsenter", "unshare", "nft"]
    .map(programMissing)
    .find((program) => program !== undefined);

needs("a node of one's own, to be broken", missing);

const limitHit: BrokenNode = {
  broken: "a rate limit is hit",
  breaks: async (node) => {
    await hitLimit(node);
    return {};
  },
  name: "lines-dropped",
  seen: /rsyslog's imuxsock dropped messages of a process: [\d,]+ lines/,
  mend: /sed -i .*ratelimit/,
};

describe.skipIf(missing !== undefined)("doctor", () => {
  let node: SoundNode;
  beforeAll(async () => {
    node = await SoundNode.start();
  });
  afterAll(async () => {
    await node[Symbol.asyncDispose]();
  });

  async function examine({ log, database, more = [], through }: Asked) {
    const logs = more.includes("--source") ? [] : [log ?? node.log];
    const args = ["doctor", ...logs, "--db", database ?? node.database, ...more];
    const ended = await denyscope([...args, "-o", "json"], { through: through ?? node.inside() });
    assert(ended.stdout !== "", ended.stderr);
    const answer = JSON.parse(ended.stdout) as Examination;
    const ofLevel = (level: string) => answer.findings.filter((each) => each.level === level);
    return { ...ended, ...answer, problems: ofLevel("problem"), unknown: ofLevel("unknown") };
  }

  test("finds nothing where all is well", async () => {
    await node.deny();
    const { status, healthy, findings, stderr } = await examine({});
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
    expect({ status, healthy, stderr }).toEqual({ status: 0, healthy: true, stderr: "" });
    const checked = new Set(findings.map(({ check }) => check));
    expect(checked.size, "what was looked at").toBeGreaterThanOrEqual(13);
  });

  test("says in text what it found, and with -o wide what is fine", async () => {
    const ask = (...more: readonly string[]) =>
      outputOf(["doctor", node.log, "--db", node.database, ...more], { through: node.inside() });
    expect(await ask()).toMatch(/^No problem was found, \d\d fine\n$/);
    expect(await ask("-o", "wide")).toMatch(/^ok: rules: 1 LOG rule, [\d,]+ packets?/m);
  });

  test("changes nothing", async () => {
    const database = node.place.path("still/denyscope.db");
    mkdirSync(node.place.path("still"));
    await outputOf(["import", node.log, "--db", database]);
    const look = () =>
      readdirSync(node.place.path("still")).map((name) => {
        const { ino, size, mtimeMs } = statSync(node.place.path(`still/${name}`));
        // Whoever reads says so in the memory that all share.
        return `${name} ${ino} ${size} ${name.endsWith("-shm") ? "" : mtimeMs}`;
      });
    const rules = () => node.run("node", "nft", "list", "ruleset");
    const before = [look(), await rules()];
    await examine({ database });
    expect([look(), await rules()]).toEqual(before);
  });

  test("without privileges it says what would tell", async () => {
    const { healthy, unknown, status } = await examine({
      through: [...node.inside(), ...asNobody],
    });
    expect({ healthy, status }).toEqual({ healthy: true, status: 0 });
    expect(unknown.map(({ check }) => check)).toContain("rules");
    expect(unknown).toEqual(
      unknown.map((each) => ({ ...each, needs: expect.stringMatching(/./) })),
    );
  });

  test("a database that may not even be looked for is one of these things", async () => {
    mkdirSync(node.place.path("closed"), { mode: 0o700 });
    const database = node.place.path("closed/db");
    const { problems, unknown } = await examine({
      database,
      through: [...node.inside(), ...asNobody],
    });
    expect(problems).toEqual([]);
    expect(unknown.find(({ check }) => check === "database")?.seen).toMatch(
      /may not search .*closed/,
    );
  });

  test("as in the pod of the agent it has no problem with what it cannot see", async () => {
    const own = ["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc"];
    const { problems, unknown } = await examine({ through: own });
    expect(problems).toEqual([]);
    const checks = ["rules", "kernel log", "syslog daemon", "agent"];
    expect(unknown.map(({ check }) => check)).toEqual(expect.arrayContaining(checks));
  });

  test("finds nothing on a node whose root is mounted at a folder either", async () => {
    mkdirSync(node.place.path("host"));
    const root = node.place.path("host");
    const script = 'mount --rbind / "$1" && shift && exec "$@"';
    const through = [...node.inside(), "unshare", "-m", "sh", "-c", script, "sh", root];
    const { findings } = await examine({ more: ["--root", root], through });
    expect(findings.find(({ check }) => check === "source")?.seen).toContain(root + node.log);
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
  });

  test.for(["kmsg", "journald"])("%s proves the origin of its lines", async (source) => {
    using journald = source === "journald" ? await Journald.start() : undefined;
    await node.deny();
    // Where no rule tells the prefix.
    const through = journald?.through ?? [];
    const { findings } = await examine({ more: ["--source", source], through });
    const levelOf = (check: string) => findings.find((each) => each.check === check)?.level;
    expect([levelOf("source"), levelOf("origin"), levelOf("prefix")]).toEqual(["ok", "ok", "ok"]);
  });

  test("the rule that it prints keeps out what only looks like the kernel's", async () => {
    const forged =
      "<4>Nov 22 13:00:00 kernel: [   99.123456] calico-packet: IN=eth0 OUT= SRC=6.6.6.6";
    const send = `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.sendto(sys.argv[2].encode(), sys.argv[1])`;
    const words = ["/usr/bin/python3", "-c", send, node.socket, forged];
    execFileSync("setpriv", [...asNobody.slice(1), ...words]);
    const contains = (log: string, text: string) => readFileSync(log, "utf8").includes(text);
    await expect.poll(() => contains(node.mixedLog, "SRC=6.6.6.6"), { timeout: 20_000 }).toBe(true);
    await node.deny();
    await expect.poll(() => contains(node.provenLog, "DPT=9 "), { timeout: 20_000 }).toBe(true);
    expect(contains(node.provenLog, "SRC=6.6.6.6")).toBe(false);
    const originOf = async (log: string) =>
      (await examine({ log })).findings.find(({ check }) => check === "origin");
    expect(await originOf(node.mixedLog)).toMatchObject({ level: "note", name: "origin-unproven" });
    expect(await originOf(node.provenLog)).toMatchObject({ level: "ok" });
  });

  test("rules of nftables, and counters that rise, are seen", async () => {
    await node.addNamespace("nft");
    const statements = 'counter log prefix "calico-packet: " level info';
    const rules = `table ip calico { chain filter-cali-pi { type filter hook output priority 0;
      udp dport 9 limit rate 1000/second ${statements}; }; }`;
    await node.run("nft", "nft", rules);
    const stop = node.place.path("stop");
    const flood = `while [ ! -e ${stop} ]; do echo x > /dev/udp/127.0.0.1/9; sleep 0.05; done`;
    const sending = node.run("nft", "timeout", "60", "bash", "-c", flood);
    await sleep(500);
    const { problems, findings } = await examine({ through: node.inside("nft") });
    writeFileSync(stop, "");
    await sending;
    expect(problems).toEqual([]);
    const seen = findings.map((each) => `${each.check}: ${each.seen}`).join("\n");
    expect(seen).toMatch(/rules: 1 LOG rule, [\d,]+ packets?, [1-9]\d* in the last second/);
    expect(seen).toMatch(/1 LOG rule has a limit, that of filter-cali-pi is 1000\/second/);
  });

  // What rsyslogd says of the limit stays in the log.
  test.for([...brokenLogs, ...brokenRules, ...brokenMachines, limitHit])(
    "$broken: $name",
    async ({ breaks, name, level = "problem", seen, mend }) => {
      const { repair, ...asked } = await breaks(node);
      try {
        const { findings, problems, status } = await examine(asked);
        const found = findings.filter(
          (each): each is Trouble => "name" in each && each.name === name,
        );
        const all = JSON.stringify(findings, undefined, 1);
        expect(
          found.map((each) => each.level),
          all,
        ).toEqual([level]);
        expect(found[0]!.seen).toMatch(seen);
        expect(found[0]!.mend.join("\n")).toMatch(mend);
        expect(problems, "and nothing else").toEqual(level === "problem" ? found : []);
        expect(status).toBe(level === "problem" ? 1 : 0);
      } finally {
        await repair?.();
      }
    },
  );
});
