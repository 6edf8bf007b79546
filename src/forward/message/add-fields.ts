import {
  type Outgoing,
  type OutgoingEvent,
  type OutgoingFlow,
  type OutgoingNotice,
} from "../../model/outgoing.ts";
import type { MessageFields } from "./message-fields.ts";

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
  // One by one, all of denialFields: a loop over the names would look each of them up.
  fields.add("src", denial.src);
  fields.add("srcPort", denial.srcPort, "srcPort");
  fields.add("dst", denial.dst);
  fields.add("dstPort", denial.dstPort);
  fields.add("protocol", denial.protocol);
  fields.add("icmpType", denial.icmpType);
  fields.add("icmpCode", denial.icmpCode);
  fields.add("tcpFlags", denial.tcpFlags);
  fields.add("in", denial.in);
  fields.add("out", denial.out);
  fields.add("verdict", denial.verdict);
  fields.add("tier", denial.tier);
  fields.add("kind", denial.kind);
  fields.add("policyCut", denial.policyCut);
  fields.add("length", denial.length);
  fields.add("ttl", denial.ttl);
  fields.add("fragmentOffset", denial.fragmentOffset);
  fields.add("incomplete", denial.incomplete);
  fields.add("mark", denial.mark);
  fields.add("uid", denial.uid);
  fields.add("gid", denial.gid);
  fields.add("timeInferred", denial.timeInferred);
  fields.add("direction", direction);
  fields.add("packets", denial.repeated ?? 1);
  fields.addTime("readTime", readTime, "readTime");
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
