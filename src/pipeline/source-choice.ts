import type { Settings } from "../config/settings.ts";
import { chooseSource, type SourceChoice } from "../follow/choose-source.ts";
import { gatherSourceFacts } from "../follow/source-facts.ts";

/**
 * The source of lines that the settings mean on this machine, now.
 *
 * @throws RangeError when they contradict each other.
 */
export async function sourceFor({ source, files }: Settings): Promise<SourceChoice> {
  return chooseSource(source, files, await gatherSourceFacts(source));
}
