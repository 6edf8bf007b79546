import { globSync } from "node:fs";
import { basename, resolve } from "node:path";
import { isRotatedName } from "./log-family.ts";

/**
 * The logs that paths and patterns name now, each with what names it. A pattern never means what a
 * rotation made.
 */
export function logPaths(patterns: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    const paths = /[*?[{]/.test(pattern)
      ? globSync(pattern).filter((path) => !isRotatedName(basename(path)))
      : [pattern];
    // Whole paths, for the next run may be started somewhere else.
    for (const path of paths.map((each) => resolve(each)).toSorted()) {
      if (!found.has(path)) found.set(path, pattern);
    }
  }
  return found;
}
