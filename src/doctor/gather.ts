import { resolve } from "node:path";
import type { Settings } from "../config/settings.ts";
import { logPaths } from "../follow/log-paths.ts";
import { chooseSourceOfLines } from "../pipeline/source-of-lines.ts";
import type { Evidence } from "./evidence.ts";
import { databaseSeen } from "./facts/database-seen.ts";
import { kernelRecords } from "./facts/kernel-records.ts";
import { lastBytes } from "./facts/last-bytes.ts";
import { lastKernelLines } from "./facts/last-kernel-lines.ts";
import { logRules } from "./facts/log-rules.ts";
import { type LogSummary, summarise } from "./facts/log-summary.ts";
import { syslogDaemons } from "./facts/syslog-daemons.ts";
import type { Machine } from "./machine.ts";

/** Of more logs than so many, that a pattern names, only the first are looked at. */
const LOGS_MAX = 20;

/** Evidence of a machine, gathered as it is asked for. */
export function gather(machine: Machine, given: Settings): Evidence {
  // Paths are those of the node, wherever its root is.
  const [db, ...files] = [given.db, ...given.files].map((path) => machine.path(resolve(path)));
  const settings = { ...given, db: db!, files };
  const source = once(() => chooseSourceOfLines(settings, (path) => machine.path(path)));
  const log = once(async (): Promise<LogSummary | undefined> => {
    const { kind, paths } = await source();
    const logs = kind === "file" ? [...logPaths(paths).keys()].slice(0, LOGS_MAX) : [];
    const ends = kind === "file" ? logs.map(lastBytes) : [await lastKernelLines(machine, kind)];
    const all = ends.flatMap((end) =>
      end === undefined ? [] : [summarise(end, settings.timezone)],
    );
    // Of several logs, the one that the kernel's lines come to.
    return all.find(({ prefixes }) => prefixes.size > 0) ?? all.find(isOfKernel) ?? all[0];
  });
  return {
    machine,
    settings,
    source,
    log,
    daemons: once(() => syslogDaemons(machine)),
    kernel: once(() => kernelRecords(machine)),
    rules: once(() => logRules(machine)),
    database: once(() => databaseSeen(machine, settings.db)),
  };
}

function isOfKernel({ hasUptimes }: LogSummary): boolean {
  return hasUptimes;
}

function once<Result>(look: () => Result): () => Result {
  let result: { readonly value: Result } | undefined;
  return () => (result ??= { value: look() }).value;
}
