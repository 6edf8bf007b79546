import { setTimeout as sleep } from "node:timers/promises";
import type { Check, Evidence } from "../evidence.ts";
import { type DatabaseSeen, databaseSeen } from "../facts/database-seen.ts";
import type { Finding, Trouble } from "../finding.ts";
import type { Machine } from "../machine.ts";
import { startAgent } from "../start-agent.ts";
import { shellWord } from "../../model/shell-word.ts";

const check = "database";
const LOOK_MS = 500;

/** Whether there is a database that can be read, and nobody else keeps it from being written. */
export const databaseCheck: Check = async (evidence) => {
  const { machine, settings, database } = evidence;
  const seen = database();
  const blocked = await stillBlocked(machine, settings.db, seen);
  return [
    ...blocked.map((pid) => locked(machine, settings.db, pid)),
    contentFinding(evidence, seen),
  ];
};

/** Those that have it locked for longer than it takes to look into it. */
async function stillBlocked(
  machine: Machine,
  path: string,
  { blockers }: DatabaseSeen,
): Promise<readonly number[]> {
  if (blockers.length === 0) return [];
  await sleep(LOOK_MS);
  const again = databaseSeen(machine, path).blockers;
  return blockers.filter((pid) => again.includes(pid));
}

function contentFinding(evidence: Evidence, { content }: DatabaseSeen): Finding {
  const path = evidence.settings.db;
  switch (content.state) {
    case "open":
      return { level: "ok", check, seen: `${path} can be read, and is sound` };
    case "beginning":
      return { level: "ok", check, seen: `${path} is being made` };
    case "missing":
      return problem("database-missing", {
        seen: `${path} does not exist`,
        means: "no agent has counted anything yet, or it was told of another database",
        mend: [
          ...startAgent(evidence),
          "denyscope doctor --db PATH  # of the database that the agent has, if it has another",
        ],
      });
    case "unreadable":
      return {
        level: "unknown",
        check,
        seen: content.because,
        needs: "to read the database: sudo denyscope doctor",
      };
    case "cut off":
      return problem("import-cut-off", {
        seen: `${path} has a journal that nobody works on`,
        means: "its first import was killed: what it has counted is not committed",
        mend: [`denyscope import --db ${shellWord(path)} /var/log/syslog`],
      });
    case "damaged":
      return problem("database-damaged", {
        seen: content.because,
        means: "its content is damaged: an agent that starts moves it aside and begins anew",
        mend: ["sudo systemctl restart denyscope"],
      });
    case "unusable":
      return problem("database-unusable", {
        seen: content.because,
        means: "nothing can be asked of it",
        mend: ["denyscope config | grep ^db:", "denyscope status --db PATH"],
      });
  }
}

function locked(machine: Machine, path: string, pid: number): Finding {
  const seen = machine.read(`/proc/${pid}/comm`);
  const name = seen.state === "read" ? seen.text.trim() : "a program";
  return problem("database-locked", {
    seen: `${name} (pid ${pid}) keeps ${path} locked`,
    means: "the agent cannot commit what it counts until that ends",
    mend: [`ps -o pid,user,lstart,args -p ${pid}`, `sudo kill ${pid}`],
  });
}

function problem(
  name: Trouble["name"],
  { seen, means, mend }: Pick<Trouble, "seen" | "means" | "mend">,
): Finding {
  return { level: "problem", check, name, seen, means, mend };
}
