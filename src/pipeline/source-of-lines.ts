import { resolve } from "node:path";
import type { Settings } from "../config/settings.ts";
import { chooseSource, type SourceChoice } from "../follow/choose-source.ts";
import { gatherSourceFacts, standardLogs } from "../follow/source-facts.ts";

/**
 * The source of lines that the settings mean on this machine, now. `pathOf` says where a file of
 * the node lies for this process.
 *
 * @throws RangeError when files were named for a source that has none.
 */
export async function chooseSourceOfLines(
  { source, files }: Pick<Settings, "source" | "files">,
  pathOf = (path: string) => path,
): Promise<SourceChoice> {
  // Whole paths: the next run may be started somewhere else.
  const named = files.map((path) => resolve(path));
  const facts = await gatherSourceFacts(
    named.length > 0 ? "file" : source,
    standardLogs.map((path) => pathOf(path)),
  );
  return chooseSource(source, named, facts);
}
