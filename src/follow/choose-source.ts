import type { SourceSetting } from "../model/source-setting.ts";
import { journalNeeds } from "./messages/journal-source.ts";
import { kernelBufferNeeds, kernelBufferPath } from "./messages/kernel-source.ts";
import type { Reach, SourceFacts } from "./source-facts.ts";
import { standardLogs } from "./source-facts.ts";

/** What the agent reads: one kind of source, and of files which. */
export type ChosenSource = {
  readonly kind: "file" | "journald" | "kmsg";
  /** Files; /dev/kmsg; nothing for journald. */
  readonly paths: readonly string[];
};

export type SourceChoice = ChosenSource & {
  /** Why, in words. */
  readonly reason: string;
  /** What a user should know: a better source may be there. */
  readonly warnings: readonly string[];
};

/**
 * Chooses the one source that the agent reads: the same line may be in all of them, so only one is
 * active. Files that were named are it; else what the setting says; `auto` takes the first of the
 * logs, journald and /dev/kmsg that can be read, and waits for a log when none can.
 *
 * @throws RangeError when files were named for a source that has none.
 */
export function chooseSource(
  setting: SourceSetting,
  named: readonly string[],
  facts: SourceFacts,
): SourceChoice {
  const isFile = setting === "auto" || setting === "file";
  if (named.length > 0) {
    if (isFile) return { kind: "file", paths: named, reason: "named by the user", warnings: [] };
    throw new RangeError(
      `Cannot use --source ${setting} with "${named[0]}": it reads no files; leave one of them out`,
    );
  }
  const warnings = facts.logs
    .filter(({ state }) => state === "denied")
    .map(({ path }) => `${path} exists but cannot be read: ${deniedHelp}`);
  const reason = wordsOf(facts);
  const log = facts.logs.find(({ state }) => state === "usable");
  if (log !== undefined) return { kind: "file", paths: [log.path], reason, warnings };
  if (setting === "journald" || facts.journald?.state === "usable") {
    return {
      kind: "journald",
      paths: [],
      reason,
      warnings: [...warnings, ...journalWarnings(facts)],
    };
  }
  if (setting === "kmsg" || facts.kmsg?.state === "usable") {
    const more = unlessUsable(
      facts.kmsg,
      `${kernelBufferPath} cannot be read: ${kernelBufferNeeds}`,
    );
    return { kind: "kmsg", paths: [kernelBufferPath], reason, warnings: [...warnings, ...more] };
  }
  const [path] = standardLogs;
  const waiting = `No source of lines can be read; waiting for ${path}`;
  return { kind: "file", paths: [path], reason, warnings: [...warnings, waiting] };
}

const deniedHelp =
  "let the agent read it (group adm on Debian), or say with --source which other source to use";

function journalWarnings({ journald }: SourceFacts): string[] {
  return unlessUsable(journald, `The journal cannot be read: ${journalNeeds}`);
}

function unlessUsable(reach: Reach | undefined, warning: string): string[] {
  return reach === undefined || reach.state === "usable" ? [] : [warning];
}

/** `/var/log/syslog does not exist; journald: journalctl reads the kernel's entries`. */
function wordsOf({ logs, journald, kmsg }: SourceFacts): string {
  const words = logs.map(({ path, because }) => `${path} ${because}`);
  // What was not needed to decide is not said.
  const last = logs.findIndex(({ state }) => state === "usable");
  const parts = last < 0 ? words : words.slice(0, last + 1);
  if (journald !== undefined) parts.push(`journald: ${journald.because}`);
  if (kmsg !== undefined) parts.push(`${kernelBufferPath} ${kmsg.because}`);
  return parts.join("; ");
}
