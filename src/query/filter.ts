import type { AddressRange } from "../model/address.ts";
import type { Direction } from "../model/direction.ts";
import type { Term } from "../model/filter-term.ts";
import { keyOfAddress } from "../store/address-key.ts";
import { whereKnown } from "./other-rows.ts";
import { podInterfaceSql } from "./pod-interface-sql.ts";

export type Condition = { readonly sql: string; readonly values: readonly unknown[] };

export type EndpointTerm = Extract<Term, { readonly side: unknown }>;
/** A term about endpoints as SQL. */
export type EndpointCondition = (term: EndpointTerm) => Condition;

/**
 * The terms as SQL on `flows f`, `prefixes p`, `nodes n`, and their counts `c` as far as endpoints
 * ask for them. It is NULL for rows that cannot answer.
 */
export function conditionOf(
  terms: readonly Term[],
  podInterfaces: readonly string[],
  endpointCondition: EndpointCondition,
): Condition {
  const names = new Set(terms.map(({ name }) => name));
  const all: Condition[] = [];
  for (const name of names) {
    const same = terms.filter((term) => term.name === name);
    const toSql = (term: Term) =>
      "side" in term
        ? endpointCondition(term)
        : whereKnown(termCondition(term, podInterfaces), term.name);
    const wanted = same.filter(({ isNegated }) => !isNegated).map(toSql);
    if (wanted.length > 0) all.push(join(wanted, " OR "));
    for (const term of same.filter(({ isNegated }) => isNegated)) {
      const { sql, values } = toSql(term);
      all.push({ sql: `NOT ${sql}`, values });
    }
  }
  if (!asksForPrefix(terms)) all.push({ sql: "(p.verdict = 'denied')", values: [] });
  return allOf(all);
}

export function allOf(conditions: readonly Condition[]): Condition {
  return join(conditions, " AND ");
}

/** Somebody who asks for a prefix gets it, whatever its verdict is. */
export function asksForPrefix(terms: readonly Term[]): boolean {
  return terms.some(({ name, isNegated }) => name === "prefix" && !isNegated);
}

function join(conditions: readonly Condition[], word: string): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(word)})`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function termCondition(
  term: Exclude<Term, EndpointTerm>,
  podInterfaces: readonly string[],
): Condition {
  switch (term.name) {
    case "from-ip":
      return inRange("f.src", term.range);
    case "to-ip":
      return inRange("f.dst", term.range);
    case "to-port":
      return { sql: "(f.dst_port = ?)", values: [term.port] };
    case "protocol":
      return { sql: "(f.protocol = ?)", values: [term.protocol] };
    case "direction":
      return { sql: directionCondition(podInterfaces)[term.direction], values: [] };
    case "prefix":
      // The separator that Felix appends is not part of what a person calls the prefix.
      return {
        sql: "(p.text = ?1 OR rtrim(p.text, ': ') = ?1)".replaceAll("?1", "?"),
        values: [term.text, term.text],
      };
    case "policy":
      // With its namespace or without, where the prefix has one. No policy is NULL, which is
      // neither equal nor unequal.
      return {
        sql:
          "(coalesce(p.policy, '') = ? OR " +
          "coalesce(substr(p.policy, instr(p.policy, '/') + 1), '') = ?)",
        values: [term.text, term.text],
      };
    case "node":
      return { sql: "(n.name = ?)", values: [term.text] };
  }
}

function inRange(column: string, { low, high }: AddressRange): Condition {
  const values = [keyOfAddress(low), keyOfAddress(high)];
  return { sql: `(${column} BETWEEN ? AND ?)`, values };
}

/** The same rule as directionOf(), for rows that are not read one by one. */
function directionCondition(podInterfaces: readonly string[]): Readonly<Record<Direction, string>> {
  const isPod = (column: string) => podInterfaceSql(`f.${column}`, podInterfaces);
  const isNone = (column: string) => `(f.${column} = '')`;
  const fromPod = isPod("in_interface");
  const toPod = isPod("out_interface");
  const fromNone = isNone("in_interface");
  const toNone = isNone("out_interface");
  return {
    local: `(${fromPod} AND ${toPod})`,
    ingress: `(NOT ${fromPod} AND ${toPod})`,
    egress: `(${fromPod} AND NOT ${toPod})`,
    "host-ingress": `(NOT ${fromPod} AND ${toNone})`,
    "host-egress": `(${fromNone} AND NOT ${toPod} AND NOT ${toNone})`,
    forward: `(NOT ${fromPod} AND NOT ${toPod} AND NOT ${fromNone} AND NOT ${toNone})`,
  };
}
