import type { Matchable } from "../model/flow-match.ts";
import type { OutgoingEvent, OutgoingFlow } from "../model/outgoing.ts";

/** What a filter can ask of a record. */
export function matchableOf(outgoing: OutgoingEvent | OutgoingFlow): Matchable {
  const { node } = outgoing;
  if (outgoing.kind === "flow") return { ...outgoing.flow, node };
  const { denial, direction } = outgoing;
  const { src, dst, protocol, dstPort, prefix, policy } = denial;
  return { src, dst, protocol, dstPort, prefix, policy, direction, node };
}
