import { isDeepStrictEqual } from "node:util";
import type Database from "better-sqlite3";
import type { NameSource } from "./name-source.ts";
import { type StoredNames, storedNames } from "./stored-names.ts";

/** What was read is taken as it is for so long. */
const FRESH_MS = 5000;

/**
 * Names of a database that somebody else writes. All of them are read again when somebody asks: of
 * most interfaces in a log there is nothing to be found, and to look for each takes longer.
 */
export function liveNames(database: Database.Database): NameSource {
  let names: StoredNames | undefined;
  let readAt = 0;
  const current = () => {
    const now = performance.now();
    if (names === undefined || now - readAt >= FRESH_MS) {
      const read = storedNames(database);
      // Whoever remembers what they have told need not ask again.
      if (names === undefined || !hasSame(read, names)) names = read;
      readAt = now;
    }
    return names;
  };
  return {
    podsOf: (hash) => current().podsOf(hash),
    leasesOf: (address) => current().leasesOf(address),
    current,
  };
}

function hasSame(one: StoredNames, other: StoredNames): boolean {
  return isDeepStrictEqual([one.pods, one.leases], [other.pods, other.leases]);
}
