import type { Outgoing } from "../../model/outgoing.ts";
import { addFields } from "./add-fields.ts";
import { flatGroups } from "./flat-groups.ts";
import { MessageFields } from "./message-fields.ts";
import type { WriteMessage } from "./message-format.ts";
import type { MessageSettings } from "./message-settings.ts";
import type { MessageWriter } from "./message-writer.ts";
import { pairs } from "./pairs.ts";
import { Rfc3164Header } from "./rfc3164-header.ts";
import { Sentences } from "./sentences.ts";
import { plainStyle } from "./text-style.ts";

/** A sentence, for people, and behind it the main fields as pairs, for programs. */
export function rfc3164Format(writer: MessageWriter, settings: MessageSettings): WriteMessage {
  const header = new Rfc3164Header(writer, settings);
  const fields = new MessageFields(writer, pairs);
  const sentences = new Sentences(writer, plainStyle, settings.names);
  const addPairs = (outgoing: Outgoing, sequence: number, isCut: boolean): void => {
    fields.add("eventId", outgoing.id, "id");
    fields.add("sequenceId", sequence, "sequence");
    if (isCut) fields.add("messageCut", true);
    addFields(fields, outgoing, flatGroups, settings.names);
  };
  return (outgoing, sequence, isCut) => {
    header.add(outgoing);
    if (isCut) {
      // The sentence has the room that the pairs leave, but stands before them.
      const start = writer.mark();
      addPairs(outgoing, sequence, isCut);
      const behind = writer.take(start);
      writer.reserve(behind.length);
      sentences.add(outgoing);
      writer.reserve(-behind.length);
      writer.constant(behind);
    } else {
      sentences.add(outgoing);
      addPairs(outgoing, sequence, isCut);
    }
  };
}
