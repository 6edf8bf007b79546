import type { OutgoingEvent } from "../../model/outgoing.ts";
import type { WriteMessage } from "./message-format.ts";
import { MESSAGE_BYTES_LIMIT, type MessageSettings } from "./message-settings.ts";
import type { MessageWriter } from "./message-writer.ts";
import { Rfc5424Header } from "./rfc5424-header.ts";
import { Sentences } from "./sentences.ts";
import { plainStyle } from "./text-style.ts";

const SPACE = 0x20;

/** The kernel's message as the log has it, made harmless; a sentence where there is none. */
export function rawFormat(writer: MessageWriter, settings: MessageSettings): WriteMessage {
  const header = new Rfc5424Header(writer, settings);
  const sentences = new Sentences(writer, plainStyle, settings.names);
  return (outgoing, sequence, isCut) => {
    header.begin(outgoing, isCut);
    header.end(sequence);
    if (outgoing.kind === "event") addMessage(writer, outgoing, isCut);
    else sentences.add(outgoing);
  };
}

/** Without the space that the kernel leaves at the end. */
function addMessage(writer: MessageWriter, { message }: OutgoingEvent, isCut: boolean): void {
  let length = Math.min(message.length, MESSAGE_BYTES_LIMIT);
  while (length > 0 && message[length - 1] === SPACE) length--;
  if (isCut || !writer.plainBytes(message, length, plainStyle.plain)) {
    const bytes = Buffer.from(message.buffer, message.byteOffset, length);
    writer.cuttable(bytes.toString(), plainStyle);
  }
  writer.keepCut();
}
