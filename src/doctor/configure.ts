import type { SettingName } from "../config/settings.ts";
import { shellWord } from "../model/shell-word.ts";
import type { Evidence } from "./evidence.ts";
import { agentHome } from "./facts/agent-home.ts";

const file = "/etc/denyscope/config.yaml";

/**
 * What gives the agent a setting where it runs, which it takes without a restart: a flag would have
 * to go into a unit or a manifest. Both ways where nobody can tell.
 */
export function configure(
  evidence: Pick<Evidence, "machine" | "database">,
  name: SettingName,
  value: string | readonly string[],
): readonly string[] {
  const line = `${name}: ${typeof value === "string" ? value : listOf(value)}`;
  const inFile = hasLine(evidence, name)
    ? `sudoedit ${file}  # ${line}, in place of what it has`
    : `sudo mkdir -p /etc/denyscope && echo ${shellWord(line)} | sudo tee --append ${file}`;
  const inCluster = "kubectl edit -n denyscope configmap denyscope-config  #";
  switch (agentHome(evidence)) {
    case "systemd":
      return [inFile];
    case "cluster":
      return [`${inCluster} ${line}`];
    case "unknown":
      return [inFile, `${inCluster} or in a cluster, ${line}`];
  }
}

/** What to do instead of having a log written. */
export function orUseJournal(evidence: Pick<Evidence, "machine" | "database">): readonly string[] {
  return ["# or, where journald runs, without a log:", ...useJournal(evidence)];
}

/** In a cluster it takes a mount, and an image that has journalctl. */
export function useJournal(evidence: Pick<Evidence, "machine" | "database">): readonly string[] {
  const overlay = "kubectl apply -k deploy/kubernetes/overlays/journald";
  switch (agentHome(evidence)) {
    case "systemd":
      return configure(evidence, "source", "journald");
    case "cluster":
      return [overlay];
    case "unknown":
      return [configure(evidence, "source", "journald")[0]!, `${overlay}  # or in a cluster`];
  }
}

/** The same key twice is an error. */
function hasLine({ machine }: Pick<Evidence, "machine">, name: SettingName): boolean {
  const seen = machine.read(file);
  return seen.state === "read" && new RegExp(`^["']?${name}["']?\\s*:`, "m").test(seen.text);
}

/** A list of YAML in one line. */
function listOf(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
}
