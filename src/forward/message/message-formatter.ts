import assert from "node:assert/strict";
import type { Outgoing } from "../../model/outgoing.ts";
import { cefFormat } from "./cef-format.ts";
import { EVENT_ID_CHARACTERS_MAX } from "./event-id.ts";
import { jsonFormat } from "./json-format.ts";
import type { WriteMessage } from "./message-format.ts";
import {
  MESSAGE_BYTES_LIMIT,
  MESSAGE_BYTES_MIN,
  type MessageSettings,
} from "./message-settings.ts";
import { MessageTemplates } from "./message-templates.ts";
import { MessageWriter } from "./message-writer.ts";
import { rawFormat } from "./raw-format.ts";
import { rfc3164Format } from "./rfc3164-format.ts";
import { rfc5424Format } from "./rfc5424-format.ts";

/** RFC 3164 section 4.1. */
const RFC3164_BYTES_MAX = 1024;
const ENTERPRISE_MAX = 2 ** 32 - 1;
const idForm = new RegExp(`^[\\w-]{1,${EVENT_ID_CHARACTERS_MAX}}$`);

/** It holds until the next message is written. */
export type FormattedMessage = {
  readonly bytes: Buffer;
  /** Something had no room, and the message says so. */
  readonly isCut: boolean;
};

/**
 * Writes one syslog message, without framing. `sequence` is what is sent as `meta sequenceId`, RFC
 * 5424 section 7.3.1: from 1 to 2147483647, then 1 again.
 */
export type MessageFormatter = (outgoing: Outgoing, sequence: number) => FormattedMessage;

type Format = (writer: MessageWriter, settings: MessageSettings) => WriteMessage;

const formats: Readonly<Record<MessageSettings["format"], Format>> = {
  rfc5424: rfc5424Format,
  rfc3164: rfc3164Format,
  json: jsonFormat,
  cef: cefFormat,
  raw: rawFormat,
};

/** What these write of an event is known by its shape. */
const templateFormats: readonly MessageSettings["format"][] = ["rfc5424", "rfc3164"];

/** Whether a format gains when the shape of an event is known: others want more of its line. */
export function usesShapes(format: MessageSettings["format"]): boolean {
  return templateFormats.includes(format);
}

/** @throws RangeError for settings with which no message could be sent. */
export function messageFormatter(settings: MessageSettings): MessageFormatter {
  checkRange("enterprise number", settings.enterprise, 1, ENTERPRISE_MAX);
  checkRange("size of messages", settings.messageBytesMax, MESSAGE_BYTES_MIN, MESSAGE_BYTES_LIMIT);
  const isShort = settings.format === "rfc3164";
  const bytesMax = isShort
    ? Math.min(settings.messageBytesMax, RFC3164_BYTES_MAX)
    : settings.messageBytesMax;
  const templates = usesShapes(settings.format) ? new MessageTemplates() : undefined;
  const writer = new MessageWriter(templates !== undefined);
  const write = formats[settings.format](writer, { ...settings, messageBytesMax: bytesMax });
  const formatted: { bytes: Buffer; isCut: boolean } = { bytes: Buffer.alloc(0), isCut: false };
  return (outgoing, sequence) => {
    const event = outgoing.kind === "event" ? outgoing : undefined;
    const filled = event && templates?.fill(event, sequence);
    if (filled !== undefined) {
      formatted.bytes = filled;
      formatted.isCut = false;
      return formatted;
    }
    assert(idForm.test(outgoing.id), "ids are those of event-id.ts");
    writer.begin(bytesMax);
    write(outgoing, sequence, false);
    formatted.isCut = !writer.isWhole;
    if (formatted.isCut) {
      writer.begin(bytesMax);
      write(outgoing, sequence, true);
    }
    if (event !== undefined && !formatted.isCut) templates?.learn(event, writer);
    formatted.bytes = writer.end();
    return formatted;
  };
}

function checkRange(what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`Cannot use "${value}" as ${what}, expected ${min} to ${max}`);
}
