import type Database from "better-sqlite3";
import { podEndpoint, propertyOf } from "../model/endpoint.ts";
import { isEndpointTerm, subjectOf } from "../model/endpoint-term.ts";
import type { TermName } from "../model/filter-term.ts";
import { type Network, networkNames } from "../model/network.ts";
import { readPods } from "./endpoints/stored-names.ts";

const queries: Readonly<Partial<Record<TermName, string>>> = {
  policy: "SELECT DISTINCT policy FROM prefixes WHERE policy <> ''",
  prefix: "SELECT rtrim(text, ': ') FROM prefixes",
  node: "SELECT name FROM nodes WHERE name <> ''",
};

/** The values of a filter that are in a database. */
export function knownNames(
  database: Database.Database,
  name: TermName,
  networks: readonly Network[],
): string[] {
  if (!isEndpointTerm(name)) {
    const sql = queries[name];
    return sql === undefined ? [] : database.prepare<[], string>(sql).pluck().all();
  }
  const { property } = subjectOf(name);
  if (property === "network") return networkNames(networks);
  const pods = [...readPods(database).values()].flat();
  const names = pods.map((pod) => propertyOf(podEndpoint(pod), property));
  return [...new Set(names.filter((each) => each !== undefined))];
}
