import type { Endpoint } from "../../model/endpoint.ts";
import type { Outgoing, OutgoingNotice } from "../../model/outgoing.ts";
import { printable } from "../../model/printable.ts";
import { addFields, type FieldGroups } from "./add-fields.ts";
import { addCustom, cefExtension, cefStyle } from "./cef-extension.ts";
import { endpointName } from "./endpoint-name.ts";
import { MessageFields } from "./message-fields.ts";
import type { WriteMessage } from "./message-format.ts";
import type { MessageSettings } from "./message-settings.ts";
import { constant, type MessageWriter } from "./message-writer.ts";
import { recordTypes } from "./record-type.ts";
import { Rfc3164Header } from "./rfc3164-header.ts";
import { Sentences } from "./sentences.ts";
import { INFORMATIONAL, NOTICE, severityOf, WARNING } from "./severity.ts";
import { plainStyle } from "./text-style.ts";

const MESSAGE = constant(" msg=");
const names: Readonly<Record<Outgoing["kind"], string>> = {
  event: "Denied by network policy",
  flow: "Denied by network policy",
  notice: "Message of denyscope itself",
};
/** From 0 to 10, by severity of syslog. */
const severities: Readonly<Record<number, Uint8Array>> = {
  [WARNING]: constant("7|externalId="),
  [NOTICE]: constant("5|externalId="),
  [INFORMATIONAL]: constant("2|externalId="),
};
const customTexts = ["cs1", "cs2", "cs3", "cs4", "cs5", "cs6"];
const customNumbers = ["cn1", "cn2", "cn3"];

/**
 * `CEF:0|denyscope|denyscope|VERSION|denial|Denied by network policy|5|key=value ...`: Common
 * Event Format version 0, behind the header of RFC 3164 that its receivers expect.
 */
export function cefFormat(writer: MessageWriter, settings: MessageSettings): WriteMessage {
  const header = new Rfc3164Header(writer, settings);
  const fields = new MessageFields(writer, cefExtension);
  const groups: FieldGroups = {
    addNames(_, { source, destination }) {
      fields.add("source", nameOf(source));
      fields.add("destination", nameOf(destination));
    },
    addDetails(_, notice) {
      addDetails(writer, notice);
    },
  };
  const sentences = new Sentences(writer, cefStyle, settings.names);
  const version = printable(settings.version).replace(/[\\|]/g, String.raw`\$&`);
  const start = (kind: Outgoing["kind"]) =>
    constant(`CEF:0|denyscope|denyscope|${version}|${recordTypes[kind]}|${names[kind]}|`);
  const starts = { event: start("event"), flow: start("flow"), notice: start("notice") };
  return (outgoing, _sequence, isCut) => {
    const { kind, id } = outgoing;
    header.add(outgoing);
    writer.constant(starts[kind]);
    writer.constant(severities[severityOf(outgoing)]!);
    writer.text(id, plainStyle);
    if (isCut) fields.add("messageCut", true);
    addFields(fields, outgoing, groups, settings.names);
    if (kind === "flow") fields.add("verdict", "denied");
    if (kind === "event") fields.addTime("firstSeen", outgoing.time);
    fields.addTime("time", outgoing.time);
    fields.add("node", outgoing.node);
    const behind = writer.mark();
    writer.constant(MESSAGE);
    const empty = writer.mark();
    sentences.add(outgoing);
    // liblognorm refuses a message with an empty value at its end.
    if (writer.mark() === empty) writer.take(behind);
  };
}

function nameOf(names: Endpoint | undefined): string | undefined {
  const found = names && endpointName(names);
  return found && (found.namespace === undefined ? "" : `${found.namespace}/`) + found.name;
}

/** Details beyond the fields that there are for them are left out. */
function addDetails(writer: MessageWriter, { details }: OutgoingNotice): void {
  const [texts, numbers] = [customTexts.values(), customNumbers.values()];
  for (const [label, value] of Object.entries(details)) {
    const key = (typeof value === "number" ? numbers : texts).next().value;
    if (key !== undefined) addCustom(writer, key, label, value);
  }
}
