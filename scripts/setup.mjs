// Makes a fresh clone ready: installs what the lock file names and builds dist/. Runs on the
// system's Node (20 or newer), so it may use nothing that is not there yet.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".denyscope-installed");
const lock = readFileSync(join(root, "package-lock.json"), "utf8");

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", process.stderr.fd, process.stderr.fd],
  });
  if (status !== 0) {
    process.stderr.write(
      `Cannot run "${command} ${args.join(" ")}": ${error ?? `exit ${status}`}\n`,
    );
    process.exit(1);
  }
}

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  process.stderr.write("Installing dependencies\n");
  // No dependency may run code at install, except `node`, which puts its own binary in place.
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
  run("npm", ["rebuild", "node", "--loglevel=error"]);
  writeFileSync(stamp, lock);
}
run("npm", ["run", "--silent", "build"]);
