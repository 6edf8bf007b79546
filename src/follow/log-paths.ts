import { globSync } from "node:fs";
import { basename } from "node:path";
import { isRotatedName } from "./log-family.ts";

/** The logs that paths and patterns name now. A pattern never means what a rotation made. */
export function logPaths(patterns: readonly string[]): string[] {
  const paths = patterns.flatMap((pattern) =>
    /[*?[{]/.test(pattern)
      ? globSync(pattern).filter((path) => !isRotatedName(basename(path)))
      : [pattern],
  );
  return [...new Set(paths)].toSorted();
}
