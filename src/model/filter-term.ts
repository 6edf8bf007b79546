import { type AddressRange, parseCidr } from "./address.ts";
import { type Direction, directions } from "./direction.ts";
import type { EndpointProperty } from "./endpoint.ts";
import {
  type EndpointSubject,
  type EndpointTermName,
  endpointTermNames,
  isEndpointTerm,
  subjectOf,
} from "./endpoint-term.ts";
import { protocolNames, protocolNumber } from "./protocol.ts";
import { isOneOf } from "./is-one-of.ts";

/** One condition on flows. Terms of one name are alternatives; a negated term always excludes. */
export type Term = { readonly isNegated: boolean } & (
  | { readonly name: "from-ip" | "to-ip"; readonly range: AddressRange }
  | { readonly name: "to-port"; readonly port: number }
  | { readonly name: "protocol"; readonly protocol: number }
  | { readonly name: "direction"; readonly direction: Direction }
  | { readonly name: "prefix" | "policy" | "node"; readonly text: string }
  | ({ readonly name: EndpointTermName; readonly text: string } & EndpointSubject)
);

export type TermName = Term["name"];

export const termNames = [
  "from-ip",
  "to-ip",
  "to-port",
  "protocol",
  "direction",
  "prefix",
  "policy",
  "node",
  ...endpointTermNames,
] as const satisfies readonly TermName[];

export function isTermName(text: string): text is TermName {
  return isOneOf(termNames, text);
}

export function refusedTerm(name: TermName, text: string, expected: string): RangeError {
  return new RangeError(`Cannot filter by --${name} "${text}": expected ${expected}`);
}

/**
 * Reads the value of a filter as a user writes it.
 *
 * @throws RangeError that says what was expected.
 */
export function parseTerm(name: TermName, text: string, isNegated: boolean): Term {
  const refuse = (expected: string) => refusedTerm(name, text, expected);
  if (isEndpointTerm(name)) {
    if (text === "") throw refuse(endpointHelp[subjectOf(name).property]);
    return { name, text, isNegated, ...subjectOf(name) };
  }
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

const endpointHelp: Readonly<Record<EndpointProperty, string>> = {
  pod: "the name of a pod, or namespace/name",
  namespace: "the name of a namespace",
  workload: "the name of a workload, or namespace/name",
  network: "the name of a network, or a class of addresses such as private",
};
