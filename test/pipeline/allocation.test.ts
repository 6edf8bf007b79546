import { spawnSync } from "node:child_process";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { writeSyslog } from "../../bench/syslog-generator.ts";
import { isLong } from "../long-run.ts";

const script = fileURLToPath(new URL("./allocation.ts", import.meta.url));
const GROWTH_BYTES_MAX = 1_000_000;
const ROUNDS = isLong ? 10 : 2;
const LINES = isLong ? 1_000_000 : 500_000;

// The first input of bench/import-against-mawk.ts; the shorter form has half of its lines.
test(
  `counting ${(ROUNDS * LINES) / 1_000_000} million lines leaves no garbage behind`,
  () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-allocation-"));
    const path = join(folder.path, "syslog");
    writeSyslog(path, { seed: 1, lines: LINES, flows: 10_000, seconds: 3600 });
    const args = ["--expose-gc", script, path, String(ROUNDS)];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const { growth, ...counted } = JSON.parse(stdout) as { growth: number };
    expect(counted).toEqual({ lines: ROUNDS * LINES, isEngine: true });
    expect(growth).toBeLessThan(GROWTH_BYTES_MAX);
  },
  isLong ? 300_000 : 60_000,
);
