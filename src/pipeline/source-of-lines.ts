import type { Logger } from "pino";
import type { Settings } from "../config/settings.ts";
import { chooseSource, type SourceChoice } from "../follow/choose-source.ts";
import { gatherSourceFacts } from "../follow/source-facts.ts";

/**
 * Chooses what the agent reads, and says what and why.
 *
 * @throws RangeError when files were named for a source that has none.
 */
export async function chooseSourceOfLines(
  { source, files }: Pick<Settings, "source" | "files">,
  log: Logger,
): Promise<SourceChoice> {
  const facts = await gatherSourceFacts(files.length > 0 ? "file" : source);
  const choice = chooseSource(source, files, facts);
  for (const warning of choice.warnings) log.warn(warning);
  const { kind, paths, reason } = choice;
  log.info({ source: kind, paths, reason }, "Source of lines chosen");
  return choice;
}
