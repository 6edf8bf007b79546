import type { Denial } from "../../model/denial.ts";
import { denialFields, type Outgoing } from "../../model/outgoing.ts";
import { addFields, type FieldGroups } from "./add-fields.ts";
import { addGroup, jsonMembers, jsonStyle } from "./json-members.ts";
import { MessageFields } from "./message-fields.ts";
import type { WriteMessage } from "./message-format.ts";
import type { MessageSettings } from "./message-settings.ts";
import { constant, type MessageWriter } from "./message-writer.ts";
import { recordTypes } from "./record-type.ts";
import { Rfc5424Header } from "./rfc5424-header.ts";
import { Sentences } from "./sentences.ts";

const MESSAGE = constant(',"message":"');
const END = constant('"}');
const written: ReadonlySet<string> = new Set([...denialFields, "time", "node", "policy", "prefix"]);

/** One object with every field that is known: the main ones, then the others of a denial. */
export function jsonFormat(writer: MessageWriter, settings: MessageSettings): WriteMessage {
  const header = new Rfc5424Header(writer, settings);
  const fields = new MessageFields(writer, jsonMembers);
  const sentences = new Sentences(writer, jsonStyle, settings.names);
  const starts = {
    event: constant(`{"type":"${recordTypes.event}"`),
    flow: constant(`{"type":"${recordTypes.flow}"`),
    notice: constant(`{"type":"${recordTypes.notice}"`),
  };
  const groups: FieldGroups = {
    addNames(_, { source, destination }) {
      if (source !== undefined) addGroup(writer, "source", source);
      if (destination !== undefined) addGroup(writer, "destination", destination);
    },
    addDetails(_, { details }) {
      addGroup(writer, "details", details);
    },
  };
  return (outgoing, sequence, isCut) => {
    header.begin(outgoing, isCut);
    header.end(sequence);
    writer.reserve(MESSAGE.length + END.length);
    writer.constant(starts[outgoing.kind]);
    fields.add("eventId", outgoing.id);
    if (isCut) fields.add("messageCut", true);
    addFields(fields, outgoing, groups, settings.names);
    const denial = outgoing.kind === "event" ? outgoing.whole() : undefined;
    addWhen(fields, outgoing, denial?.time);
    if (denial !== undefined) addRest(writer, fields, denial);
    writer.reserve(-MESSAGE.length);
    writer.constant(MESSAGE);
    sentences.add(outgoing);
    writer.reserve(-END.length);
    writer.constant(END);
  };
}

function addWhen(fields: MessageFields, outgoing: Outgoing, stamp: string | undefined): void {
  if (stamp === undefined) fields.addTime("time", outgoing.time);
  else fields.add("time", stamp);
  fields.add("node", outgoing.node);
}

function addRest(writer: MessageWriter, fields: MessageFields, denial: Denial): void {
  for (const name in denial) {
    if (written.has(name)) continue;
    const value = denial[name as keyof Denial];
    if (typeof value === "object") addGroup(writer, name, value);
    else fields.add(name, value);
  }
}
