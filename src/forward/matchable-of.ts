import type { Matchable } from "../model/flow-match.ts";
import type { OutgoingEvent, OutgoingFlow } from "../model/outgoing.ts";

/** What a filter can ask of a record. Endpoints are told when it asks for them: that takes time. */
export function matchableOf(outgoing: OutgoingEvent | OutgoingFlow): Matchable {
  return {
    ...fieldsOf(outgoing),
    get source() {
      return outgoing.source;
    },
    get destination() {
      return outgoing.destination;
    },
  };
}

function fieldsOf(outgoing: OutgoingEvent | OutgoingFlow): Matchable {
  const { node } = outgoing;
  if (outgoing.kind === "flow") return { ...outgoing.flow, node };
  const { denial, direction } = outgoing;
  const { src, dst, protocol, dstPort, prefix, policy } = denial;
  return { src, dst, protocol, dstPort, prefix, policy, direction, node };
}
