import { existsSync } from "node:fs";
import { dirname } from "node:path";

/** The folder of a file; of one that is still to be made, the one above it. */
export function existingFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) || folder === path ? folder : existingFolder(folder);
}
