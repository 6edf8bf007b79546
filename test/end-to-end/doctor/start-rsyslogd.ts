import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An rsyslogd of one's own, which is told of its own messages, too. */
export function startRsyslogd(folder: string, configuration: readonly string[]): ChildProcess {
  mkdirSync(folder);
  const path = join(folder, "rsyslog.conf");
  const own = `global(workDirectory="${folder}" processInternalMessages="on")`;
  writeFileSync(path, [own, ...configuration, ""].join("\n"));
  const args = ["-n", "-i", join(folder, "rsyslogd.pid"), "-f", path];
  return spawn("rsyslogd", args, { stdio: "ignore" });
}
