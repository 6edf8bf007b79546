import { resolve } from "node:path";
import type { Settings } from "../config/settings.ts";
import { chooseSource, type SourceChoice } from "../follow/choose-source.ts";
import { gatherSourceFacts } from "../follow/source-facts.ts";

/**
 * The source of lines that the settings mean on this machine, now.
 *
 * @throws RangeError when files were named for a source that has none.
 */
export async function chooseSourceOfLines({
  source,
  files,
}: Pick<Settings, "source" | "files">): Promise<SourceChoice> {
  // Whole paths: the next run may be started somewhere else.
  const named = files.map((path) => resolve(path));
  const facts = await gatherSourceFacts(named.length > 0 ? "file" : source);
  return chooseSource(source, named, facts);
}
