import type Database from "better-sqlite3";
import type { NameSource } from "./name-source.ts";
import { namesOf, readLeases, readPods, type StoredNames } from "./stored-names.ts";

/** What was read is taken as it is for so long. */
const FRESH_MS = 5000;

/** Of times in microseconds, so that a sum of thousands is exact. */
const low = (time: string) => `sum(${time} & 0xffffffff)`;
const times = `count(*), count(to_time), ${low("from_time")}, ${low("to_time")}`;
/** What is another when a name is; made without memory for each. */
const podsDigest = `SELECT ${times}, max(id), (SELECT count(*) FROM nodes) FROM pods`;
const leasesDigest = `SELECT ${times}, max(node) FROM leases`;

/**
 * Names of a database that somebody else writes. All of them are read when somebody asks: of most
 * interfaces in a log there is nothing to be found, and to look for each takes longer. They are
 * read again when there are others, for thousands of pods take time and memory.
 */
export function liveNames(database: Database.Database): NameSource {
  const commits = database.prepare<[], number>("PRAGMA data_version").pluck();
  const pods = unlessSame(database, podsDigest, readPods);
  const leases = unlessSame(database, leasesDigest, readLeases);
  let names: StoredNames | undefined;
  let commit: number | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const current = () => {
    const now = performance.now();
    if (names !== undefined && now - lookedAt < FRESH_MS) return names;
    lookedAt = now;
    const before = commit;
    commit = commits.get();
    if (names !== undefined && commit === before) return names;
    const read = [pods(), leases()] as const;
    // Whoever remembers what they have told need not ask again.
    if (names?.pods !== read[0] || names.leases !== read[1]) names = namesOf(...read);
    return names;
  };
  return {
    podsOf: (hash) => current().podsOf(hash),
    leasesOf: (address) => current().leasesOf(address),
    current,
  };
}

/** Gives what was read before, as long as the digest is the same. */
function unlessSame<Value>(
  database: Database.Database,
  digest: string,
  read: (database: Database.Database) => Value,
): () => Value {
  const digests = database.prepare(digest).raw();
  let value: Value | undefined;
  let known: string | undefined;
  return () => {
    // Before it is read: what is committed meanwhile is another the next time.
    const now = JSON.stringify(digests.get());
    if (value === undefined || now !== known) value = read(database);
    known = now;
    return value;
  };
}
