// `npm start`: the main job on the real lines in samples/, into a database that is thrown away.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * When the samples were written: two of them have stamps without a year, which a file's time tells.
 */
const WRITTEN_AT = new Date("2026-11-22T15:00:00Z");

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(root, "dist", "program", "main.js");
const scratch = mkdtempSync(join(tmpdir(), "denyscope-"));
const database = join(scratch, "denyscope.db");

function denyscope(...args) {
  const { status } = spawnSync(process.execPath, [program, ...args, "--db", database], {
    cwd: scratch,
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}

try {
  cpSync(join(root, "samples"), join(scratch, "samples"), { recursive: true });
  const names = readdirSync(join(scratch, "samples")).filter((name) => name.endsWith(".log"));
  const logs = names.map((name) => join("samples", name));
  for (const log of logs) utimesSync(join(scratch, log), WRITTEN_AT, WRITTEN_AT);
  denyscope("import", ...logs, "--timezone", "UTC");
  for (const dimension of ["src", "dst", "port"]) {
    console.log(`\n$ denyscope top ${dimension}`);
    denyscope("top", dimension, "--limit", "10");
  }
  console.log(
    "\nThe same on a log of yours:\n" +
      "  npx denyscope import /var/log/syslog --db my.db\n" +
      "  npx denyscope flows --since 1h --db my.db",
  );
} finally {
  rmSync(scratch, { recursive: true });
}
