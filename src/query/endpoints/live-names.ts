import type Database from "better-sqlite3";
import { parseAddress } from "../../model/address.ts";
import { keyOfAddress } from "../../store/address-key.ts";
import type { Lease, NameSource, PodLife } from "./name-source.ts";
import { leaseSelection, podSelection } from "./stored-names.ts";

/** What was read is taken as it is for so long. */
const FRESH_MS = 5000;
const ANSWERS_MAX = 10_000;

/** Names of a database that somebody else writes, one by one as they are asked for. */
export function liveNames(database: Database.Database): NameSource {
  const pods = database.prepare<[string], PodLife>(
    `SELECT ${podSelection} FROM pods WHERE hash = ? ORDER BY from_time, id`,
  );
  const leases = database.prepare<[Buffer], Lease>(`${leaseSelection} WHERE l.address = ?`);
  return {
    podsOf: remembering((hash) => pods.all(hash)),
    leasesOf: remembering((text) => {
      const address = parseAddress(text);
      return address === undefined ? [] : leases.all(keyOfAddress(address));
    }),
  };
}

function remembering<Answer>(ask: (key: string) => Answer): (key: string) => Answer {
  const answers = new Map<string, { readonly answer: Answer; readonly at: number }>();
  return (key) => {
    const now = performance.now();
    const known = answers.get(key);
    if (known !== undefined && now - known.at < FRESH_MS) return known.answer;
    if (answers.size >= ANSWERS_MAX) answers.clear();
    const answer = ask(key);
    answers.set(key, { answer, at: now });
    return answer;
  };
}
