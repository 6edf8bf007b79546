import type Database from "better-sqlite3";
import type { NameSource } from "./name-source.ts";
import { storedNames } from "./stored-names.ts";

/** What was read is taken as it is for so long. */
const FRESH_MS = 5000;

/**
 * Names of a database that somebody else writes. All of them are read again when somebody asks: of
 * most interfaces in a log there is nothing to be found, and to look for each takes longer.
 */
export function liveNames(database: Database.Database): NameSource {
  let names: NameSource | undefined;
  let readAt = 0;
  const current = () => {
    const now = performance.now();
    if (names === undefined || now - readAt >= FRESH_MS) {
      names = storedNames(database);
      readAt = now;
    }
    return names;
  };
  return {
    podsOf: (hash) => current().podsOf(hash),
    leasesOf: (address) => current().leasesOf(address),
  };
}
