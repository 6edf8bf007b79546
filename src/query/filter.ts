import { type AddressRange, parseCidr } from "../model/address.ts";
import { type Direction, directions, podInterfacePrefixes } from "../model/direction.ts";
import { protocolNames, protocolNumber } from "../model/protocol.ts";
import { keyOfAddress } from "../store/address-key.ts";
import { whereKnown } from "./other-rows.ts";

/** One condition on flows. Terms of one name are alternatives; a negated term always excludes. */
export type Term = { readonly isNegated: boolean } & (
  | { readonly name: "from-ip" | "to-ip"; readonly range: AddressRange }
  | { readonly name: "to-port"; readonly port: number }
  | { readonly name: "protocol"; readonly protocol: number }
  | { readonly name: "direction"; readonly direction: Direction }
  | { readonly name: "prefix" | "policy" | "node"; readonly text: string }
);

export type TermName = Term["name"];

/**
 * Reads the value of a filter as a user writes it.
 *
 * @throws RangeError that says what was expected.
 */
export function parseTerm(name: TermName, text: string, isNegated: boolean): Term {
  const refuse = (expected: string) =>
    new RangeError(`Cannot filter by --${name} "${text}": expected ${expected}`);
  switch (name) {
    case "from-ip":
    case "to-ip": {
      const range = parseCidr(text);
      if (range === undefined) throw refuse("an address or a CIDR block such as 10.0.0.0/8");
      return { name, range, isNegated };
    }
    case "to-port": {
      const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
      if (!(port <= 65_535)) throw refuse("a port from 0 to 65535");
      return { name, port, isNegated };
    }
    case "protocol": {
      const protocol = protocolNumber(text);
      if (protocol === undefined) {
        throw refuse(`a number from 0 to 255 or one of ${protocolNames.join(", ")}`);
      }
      return { name, protocol, isNegated };
    }
    case "direction": {
      const direction = directions.find((each) => each === text);
      if (direction === undefined) throw refuse(`one of ${directions.join(", ")}`);
      return { name, direction, isNegated };
    }
    case "policy":
      if (text === "") throw refuse("the name of a policy, or namespace/name");
      return { name, text, isNegated };
    case "prefix":
    case "node":
      return { name, text, isNegated };
  }
}

export type Condition = { readonly sql: string; readonly values: readonly unknown[] };

/**
 * The terms as SQL on `flows f`, `prefixes p` and `nodes n`. It is NULL for rows that cannot answer
 * them.
 */
export function conditionOf(terms: readonly Term[]): Condition {
  const names = new Set(terms.map(({ name }) => name));
  const all: Condition[] = [];
  for (const name of names) {
    const same = terms.filter((term) => term.name === name);
    const wanted = same.filter(({ isNegated }) => !isNegated).map(conditionOfTerm);
    if (wanted.length > 0) all.push(join(wanted, " OR "));
    for (const term of same.filter(({ isNegated }) => isNegated)) {
      const { sql, values } = conditionOfTerm(term);
      all.push({ sql: `NOT ${sql}`, values });
    }
  }
  // Somebody who asks for a prefix gets it, whatever its verdict is.
  const asksForPrefix = terms.some(({ name, isNegated }) => name === "prefix" && !isNegated);
  if (!asksForPrefix) all.push({ sql: "(p.verdict = 'denied')", values: [] });
  return join(all, " AND ");
}

function join(conditions: readonly Condition[], word: string): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(word)})`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function conditionOfTerm(term: Term): Condition {
  return whereKnown(termCondition(term), term.name);
}

function termCondition(term: Term): Condition {
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
      return { sql: directionCondition[term.direction], values: [] };
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

const isPod = (column: string) => {
  const globs = podInterfacePrefixes.map((prefix) => `f.${column} GLOB '${prefix}*'`);
  return `(${globs.join(" OR ")})`;
};
const isNone = (column: string) => `(f.${column} = '')`;
const fromPod = isPod("in_interface");
const toPod = isPod("out_interface");
const fromNone = isNone("in_interface");
const toNone = isNone("out_interface");

/** The same rule as directionOf(), for rows that are not read one by one. */
const directionCondition: Readonly<Record<Direction, string>> = {
  local: `(${fromPod} AND ${toPod})`,
  ingress: `(NOT ${fromPod} AND ${toPod})`,
  egress: `(${fromPod} AND NOT ${toPod})`,
  "host-ingress": `(NOT ${fromPod} AND ${toNone})`,
  "host-egress": `(${fromNone} AND NOT ${toPod} AND NOT ${toNone})`,
  forward: `(NOT ${fromPod} AND NOT ${toPod} AND NOT ${fromNone} AND NOT ${toNone})`,
};
