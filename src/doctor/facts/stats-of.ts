import { type Stats, statSync } from "node:fs";

/** What is known of a file; undefined where it is not there, or may not be looked at. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
