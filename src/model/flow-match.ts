import { type AddressRange, parseAddress } from "./address.ts";
import { inRange } from "./address-range.ts";
import type { Endpoints } from "./endpoint.ts";
import { endpointAnswer } from "./endpoint-term.ts";
import type { Term } from "./filter-term.ts";
import type { FlowOfMessage } from "./outgoing.ts";
import { protocolNumber } from "./protocol.ts";
import { prefixTerm } from "./prefix-term.ts";

/** What a filter can ask of one denial or flow. */
export type Matchable = {
  readonly [Field in keyof FlowOfMessage]?: FlowOfMessage[Field] | undefined;
} & Endpoints & { readonly prefix: string; readonly node?: string };

/**
 * The same rules as those of a query (src/query/filter.ts): terms of one name are alternatives, a
 * negated one always excludes, and what does not have what a term asks for is left out.
 */
export type FlowMatcher = (flow: Matchable) => boolean;

export function flowMatch(terms: readonly Term[]): FlowMatcher {
  const names = [...new Set(terms.map(({ name }) => name))];
  const groups = names.map((name) => terms.filter((term) => term.name === name));
  return (flow) => groups.every((group) => groupMatches(group, flow));
}

function groupMatches(group: readonly Term[], flow: Matchable): boolean {
  const wanted = group.filter(({ isNegated }) => !isNegated);
  const excluded = group.filter(({ isNegated }) => isNegated);
  return (
    (wanted.length === 0 || wanted.some((term) => answer(term, flow) === true)) &&
    excluded.every((term) => answer(term, flow) === false)
  );
}

/** Undefined where it is not known. */
function answer(term: Term, flow: Matchable): boolean | undefined {
  const isOther = flow.other === true;
  if ("side" in term) return endpointAnswer(term, term.text, flow);
  switch (term.name) {
    case "from-ip":
      return isIn(term.range, flow.src);
    case "to-ip":
      return isIn(term.range, flow.dst);
    case "to-port":
      return isOther && flow.dst === undefined ? undefined : flow.dstPort === term.port;
    case "protocol":
      return flow.protocol === undefined && isOther
        ? undefined
        : protocolNumber(flow.protocol ?? "") === term.protocol;
    case "direction":
      return flow.direction === undefined ? undefined : flow.direction === term.direction;
    case "prefix":
      return flow.prefix === term.text || prefixTerm(flow.prefix) === term.text;
    case "policy": {
      const { policy = "" } = flow;
      return policy === term.text || policy.slice(policy.indexOf("/") + 1) === term.text;
    }
    case "node":
      return (flow.node ?? "") === term.text;
  }
}

function isIn(range: AddressRange, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  const address = parseAddress(text);
  return address !== undefined && inRange(address, range);
}
