import type { SettingName } from "../config/settings.ts";
import { shellWord } from "../model/shell-word.ts";
import type { HomeEvidence } from "./facts/agent-home.ts";
import { whereItRuns } from "./where-it-runs.ts";

const file = "/etc/denyscope/config.yaml";

/**
 * What gives the agent a setting where it runs, which it takes without a restart: a flag would have
 * to go into a unit or a manifest.
 */
export function configure(
  evidence: HomeEvidence,
  name: SettingName,
  value: string | readonly string[],
): readonly string[] {
  const line = `${name}: ${typeof value === "string" ? value : listOf(value)}`;
  return whereItRuns(evidence, inFile(evidence, name, line), {
    command: "kubectl edit -n denyscope configmap denyscope-config",
    note: line,
  });
}

/** What to do instead of having a log written. */
export function orUseJournal(evidence: HomeEvidence): readonly string[] {
  return ["# or, where journald runs, without a log:", ...useJournal(evidence)];
}

/** In a cluster it takes a mount, and an image that has journalctl. */
export function useJournal(evidence: HomeEvidence): readonly string[] {
  return whereItRuns(evidence, inFile(evidence, "source", "source: journald"), {
    command: "kubectl apply -k deploy/kubernetes/overlays/journald",
  });
}

function inFile(evidence: HomeEvidence, name: SettingName, line: string): string {
  return hasLine(evidence, name)
    ? `sudoedit ${file}  # ${line}, in place of what it has`
    : `sudo mkdir -p /etc/denyscope && echo ${shellWord(line)} | sudo tee --append ${file}`;
}

/** The same key twice is an error. */
function hasLine({ machine }: HomeEvidence, name: SettingName): boolean {
  const seen = machine.read(file);
  return seen.state === "read" && new RegExp(`^["']?${name}["']?\\s*:`, "m").test(seen.text);
}

/** A list of YAML in one line. */
function listOf(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
}
