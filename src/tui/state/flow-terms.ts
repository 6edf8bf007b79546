import type { Flow } from "../../query/flows.ts";
import type { FlowOfMessage } from "../../model/outgoing.ts";
import type { Endpoint, Endpoints } from "../../model/endpoint.ts";
import { portText } from "../../query/output/flow-text.ts";
import { endpointText } from "../../query/output/endpoint-text.ts";
import { OTHER } from "../../query/other-rows.ts";
import type { FilterTerm } from "../../model/filter-words.ts";
import type { CellName } from "./state.ts";
import type { TermName } from "../../model/filter-term.ts";
import { prefixTerm } from "../../model/prefix-term.ts";

/** A value on the screen, and the terms that only what has it passes. */
export type ChosenValue = { readonly text: string; readonly terms: readonly FilterTerm[] };

type AnyFlow = FlowOfMessage & Endpoints & Partial<Pick<Flow, "node">>;

/** The value of a flow, or of an event, in one of the columns that can be filtered by. */
export function flowValue(flow: AnyFlow, cell: CellName): ChosenValue {
  switch (cell) {
    case "source":
      return endpointValue("from", flow.src, flow.source);
    case "destination":
      return endpointValue("to", flow.dst, flow.destination);
    case "port": {
      const { protocol, dstPort } = flow;
      const terms = [
        ...(dstPort === undefined ? [] : [term("to-port", String(dstPort))]),
        ...(protocol === undefined ? [] : [term("protocol", protocol)]),
      ];
      return { text: portText(flow as Flow), terms };
    }
    case "direction": {
      const { direction } = flow;
      if (direction === undefined) return { text: OTHER, terms: [] };
      return { text: direction, terms: [term("direction", direction)] };
    }
    case "policy": {
      const { policy, policyCut } = flow;
      const prefix = prefixTerm(flow.prefix);
      if (policy === undefined) return { text: prefix, terms: [term("prefix", prefix)] };
      return {
        text: policyCut === true ? `${policy}…` : policy,
        terms: [term("policy", policy)],
      };
    }
  }
}

function endpointValue(
  side: "from" | "to",
  address: string | undefined,
  endpoint: Endpoint | undefined,
): ChosenValue {
  if (address === undefined) return { text: OTHER, terms: [] };
  const { namespace, pod } = endpoint ?? {};
  const text = endpointText(address, endpoint);
  return pod === undefined
    ? { text, terms: [term(`${side}-ip`, address)] }
    : { text, terms: [term(`${side}-pod`, `${namespace}/${pod}`)] };
}

function term(name: TermName, value: string): FilterTerm {
  return { name, value, isNegated: false };
}
