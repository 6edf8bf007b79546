import type { Denial } from "../../model/denial.ts";
import type {
  Outgoing,
  OutgoingEvent,
  OutgoingFlow,
  OutgoingNotice,
} from "../../model/outgoing.ts";
import type { MessageFields } from "./message-fields.ts";

/** What a receiver searches and counts denials by; policy, names and prefix come behind. */
export const fieldsOfDenial = [
  "src",
  "srcPort",
  "dst",
  "dstPort",
  "protocol",
  "icmpType",
  "icmpCode",
  "tcpFlags",
  "in",
  "out",
  "verdict",
  "tier",
  "kind",
  "policyCut",
  "length",
  "ttl",
  "fragmentOffset",
  "incomplete",
  "mark",
  "uid",
  "gid",
  "timeInferred",
] as const satisfies readonly (keyof Denial)[];

/** How a format writes what consists of fields itself. */
export interface FieldGroups {
  addNames(fields: MessageFields, of: OutgoingEvent | OutgoingFlow): void;
  addDetails(fields: MessageFields, notice: OutgoingNotice): void;
}

/**
 * The main fields in the order of their importance: short ones with a bound before texts that may
 * be long. Id, time and node stand in the header.
 */
export function addFields(
  fields: MessageFields,
  outgoing: Outgoing,
  groups: FieldGroups,
  withNames: boolean,
): void {
  switch (outgoing.kind) {
    case "event":
      addEvent(fields, outgoing);
      break;
    case "flow":
      addFlow(fields, outgoing);
      break;
    case "notice":
      fields.add("notice", outgoing.notice);
      groups.addDetails(fields, outgoing);
      return;
  }
  const { policy, prefix } = outgoing.kind === "event" ? outgoing.denial : outgoing.flow;
  fields.add("policy", policy);
  if (withNames) groups.addNames(fields, outgoing);
  fields.add("prefix", prefix);
}

function addEvent(fields: MessageFields, { denial, direction, readTime }: OutgoingEvent): void {
  for (const name of fieldsOfDenial) fields.add(name, denial[name]);
  fields.add("direction", direction);
  fields.add("packets", denial.repeated ?? 1);
  fields.addTime("readTime", readTime);
}

function addFlow(fields: MessageFields, outgoing: OutgoingFlow): void {
  const { flow } = outgoing;
  fields.add("src", flow.src);
  fields.add("dst", flow.dst);
  fields.add("dstPort", flow.dstPort);
  fields.add("protocol", flow.protocol);
  fields.add("icmpType", flow.icmpType);
  fields.add("icmpCode", flow.icmpCode);
  fields.add("tcpFlags", outgoing.tcpFlags);
  fields.add("in", flow.in);
  fields.add("out", flow.out);
  fields.add("other", flow.other);
  fields.add("tier", flow.tier);
  fields.add("kind", flow.kind);
  fields.add("policyCut", flow.policyCut);
  fields.add("direction", flow.direction);
  fields.add("packets", outgoing.packets);
  fields.add("attempts", outgoing.attempts);
  fields.add("bytes", outgoing.bytes);
  fields.addTime("firstSeen", outgoing.firstSeen);
  fields.addTime("lastSeen", outgoing.lastSeen);
  fields.addTime("intervalStart", outgoing.intervalStart);
  fields.addTime("intervalEnd", outgoing.intervalEnd);
  fields.add("part", outgoing.part);
}
