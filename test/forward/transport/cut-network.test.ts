import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { needs, programMissing } from "../../end-to-end/machine.ts";

const program = fileURLToPath(new URL("cut-network.ts", import.meta.url));
const RUN_MS_MAX = 20_000;
const missing = networkMissing();

needs("a network of its own", missing);

describe.skipIf(missing !== undefined)("a network that is cut", () => {
  test.for<[what: string, how: string, found: object]>([
    ["nobody is waited for", "silent", { reason: "connect-timeout", settled: -1 }],
    ["a machine that has vanished is noticed", "vanish", { reason: "stalled", settled: -1 }],
    ["a rule that forbids more is noticed", "forbid", { reason: "stalled", settled: -1 }],
    ["no end that crosses ours settles anything", "cross", { reason: "ended", settled: -1 }],
  ])("%s", ([, how, found]) => {
    const { stdout, stderr } = spawnSync("unshare", ["--net", process.execPath, program, how], {
      encoding: "utf8",
      timeout: RUN_MS_MAX,
    });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(found);
  });
});

function networkMissing(): string | undefined {
  if (process.getuid?.() !== 0) return "A network namespace needs root.";
  return ["unshare", "ip", "iptables"].map(programMissing).find((name) => name !== undefined);
}
