import type { Stats } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { logPaths } from "../../follow/log-paths.ts";
import type { SourceStatus } from "../../query/status.ts";
import type { Check, Evidence } from "../evidence.ts";
import { type DatabaseSeen, databaseSeen } from "../facts/database-seen.ts";
import { lastBytes } from "../facts/last-bytes.ts";
import { refusedTo, rightsOf } from "../facts/process-rights.ts";
import { nodeNeeds, seesAllProcesses } from "../facts/process-view.ts";
import type { Finding } from "../finding.ts";
import { startAgent } from "../start-agent.ts";
import { shellWord } from "../../model/shell-word.ts";

const check = "agent";
/** An agent commits once a second; a slow disk takes longer. */
const COMMIT_MS_MAX = 10_000;
const LOOK_MS = 500;
const MODE_BITS = 0o7777;
const GROUP_READ = 0o040;

/** Whether an agent runs on the database, and keeps up with the log. */
export const agentCheck: Check = async (evidence) => {
  const { machine, database } = evidence;
  const { holder, content } = database();
  // Without a database there is no agent, and that was said.
  if (content.state !== "open") return [];
  if (holder !== undefined) {
    const found = (await refused(evidence, holder)) ?? (await stuck(evidence, holder));
    return [found ?? running(holder)];
  }
  if (!seesAllProcesses(machine)) {
    const seen = "no agent among the processes of this container";
    return [{ level: "unknown", check, seen, needs: `the node's processes: ${nodeNeeds}` }];
  }
  return [
    {
      level: "problem",
      check,
      name: "agent-missing",
      seen: "no agent holds the database",
      means: "nothing is counted of what comes to the log now",
      mend: startAgent(evidence),
    },
  ];
};

function running(pid: number): Finding {
  return { level: "ok", check, seen: `a process with pid ${pid} holds the database` };
}

/** Whoever runs doctor may read more than the agent. */
async function refused({ source, machine }: Evidence, pid: number): Promise<Finding | undefined> {
  const { kind, paths } = await source();
  const rights = rightsOf(machine, pid);
  if (kind !== "file" || rights === undefined) return undefined;
  const [file] = [...logPaths(paths).keys()].flatMap((path) => {
    const stats = refusedTo(rights, path);
    return stats === undefined ? [] : [{ path, stats }];
  });
  if (file === undefined) return undefined;
  const { path, stats } = file;
  const mode = (stats.mode & MODE_BITS).toString(8).padStart(4, "0");
  const who = `user ${rights.user} in group ${rights.groups.join(", ")}`;
  return {
    level: "problem",
    check,
    name: "source-unreadable",
    seen:
      `the agent (pid ${pid}, ${who}) may not read ${path}: mode ${mode}, ` +
      `user ${stats.uid}, group ${stats.gid}`,
    means: "it waits until it may, and counts nothing of this log",
    mend: [
      ...permission(stats),
      `sudo setfacl --modify u:${rights.user}:r ${shellWord(path)}  # until it is rotated`,
    ],
  };
}

/** The group that may read a file, else the capability by which modes do not matter. */
function permission({ mode, gid }: Pick<Stats, "mode" | "gid">): readonly string[] {
  if ((mode & GROUP_READ) !== 0) {
    return [
      `# in a manifest: securityContext: {supplementalGroups: [${gid}]}`,
      `# in a unit of systemd: SupplementaryGroups=${gid}`,
    ];
  }
  return [
    "# in a manifest: securityContext: {runAsUser: 0, capabilities: {add: [DAC_READ_SEARCH]}}",
    "# in a unit of systemd: AmbientCapabilities=CAP_DAC_READ_SEARCH",
  ];
}

/** Whole lines of the log that it does not commit, although nothing else has to be waited for. */
async function stuck(evidence: Evidence, pid: number): Promise<Finding | undefined> {
  const { log, machine, settings, database } = evidence;
  const { path = "" } = (await log()) ?? {};
  const end = lastBytes(path)?.end;
  if (end === undefined) return undefined;
  const name = machine.onNode(path);
  const before = committed(database(), name);
  if (before === undefined || before.offset >= end) return undefined;
  for (let waitedMs = 0; waitedMs < COMMIT_MS_MAX; waitedMs += LOOK_MS) {
    await sleep(LOOK_MS);
    const now = committed(databaseSeen(machine, settings.db), name);
    if (now?.offset !== before.offset) return undefined;
  }
  return {
    level: "problem",
    check,
    name: "agent-stuck",
    seen:
      `the agent (pid ${pid}) has committed ${before.offset} of ${end} bytes of ${path}, ` +
      `the last of them at ${before.updatedAt}`,
    means: "it hangs, or its commits fail: what came since is not counted yet",
    mend: ["curl -s http://127.0.0.1:9464/readyz", "sudo systemctl restart denyscope"],
  };
}

/** How far a log is committed: by the newest of the contents that had its name. */
function committed({ content }: DatabaseSeen, path: string): SourceStatus | undefined {
  if (content.state !== "open") return undefined;
  const known = content.status.sources.filter((each) => each.path === path);
  return known.toSorted((a, b) => Date.parse(a.updatedAt) - Date.parse(b.updatedAt)).at(-1);
}
