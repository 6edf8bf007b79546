import { addFields } from "./add-fields.ts";
import { flatGroups } from "./flat-groups.ts";
import { MessageFields } from "./message-fields.ts";
import type { WriteMessage } from "./message-format.ts";
import type { MessageSettings } from "./message-settings.ts";
import type { MessageWriter } from "./message-writer.ts";
import { Rfc5424Header } from "./rfc5424-header.ts";
import { Sentences } from "./sentences.ts";
import { sdParams } from "./structured-data.ts";
import { plainStyle } from "./text-style.ts";

/** The main fields as structured data, for programs, and a sentence, for people. */
export function rfc5424Format(writer: MessageWriter, settings: MessageSettings): WriteMessage {
  const header = new Rfc5424Header(writer, settings);
  const fields = new MessageFields(writer, sdParams);
  const sentences = new Sentences(writer, plainStyle, settings.names);
  return (outgoing, sequence, isCut) => {
    header.begin(outgoing, isCut);
    addFields(fields, outgoing, flatGroups, settings.names);
    header.end(sequence);
    sentences.add(outgoing);
  };
}
