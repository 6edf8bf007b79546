import { EVENT_SHAPES_MAX, type OutgoingEvent, type ShapedEvent } from "../../model/outgoing.ts";
import { EVENT_ID_CHARACTERS_MAX } from "./event-id.ts";
import type { MessageWriter, Variable } from "./message-writer.ts";
import { isTime, writeRfc3164, writeRfc3339 } from "./stamp.ts";

/** Longer messages are no templates. */
const TEMPLATE_BYTES_MAX = 1024;
const VARIABLES_MAX = 8;
/** Of a variable: what it is, where it begins and how long it is. */
const NUMBERS = 3;
const kinds: readonly Variable["what"][] = [
  "id",
  "time",
  "shortTime",
  "readTime",
  "sequence",
  "srcPort",
];
const ZERO = 0x30;
const id = new Uint8Array(EVENT_ID_CHARACTERS_MAX);

/**
 * Messages that were written, by the shape of their events: the next one of the same shape is the
 * same but for its variables, which take the place of the last ones. In columns by the place of the
 * shape, as these are kept.
 */
export class MessageTemplates {
  #slab: Buffer | undefined;
  /** Each message as a part of the slab. */
  readonly #messages: Buffer[] = [];
  /** Of the shape that a message is of. */
  readonly #versions = new Float64Array(EVENT_SHAPES_MAX);
  readonly #variableCounts = new Uint8Array(EVENT_SHAPES_MAX);
  readonly #variables = new Uint16Array(EVENT_SHAPES_MAX * VARIABLES_MAX * NUMBERS);

  /** What was written of an event whose times can be written, with its variables. */
  learn({ shaped, time, readTime }: OutgoingEvent, writer: MessageWriter): void {
    if (shaped === undefined || !isTime(time) || !isTime(readTime)) return;
    const { variables } = writer;
    const message = writer.end();
    if (message.length > TEMPLATE_BYTES_MAX || variables.length > VARIABLES_MAX) return;
    const { slot, version } = shaped.shape;
    this.#messageOf(slot, message.length).set(message);
    let place = slot * VARIABLES_MAX * NUMBERS;
    for (const { what, at, length } of variables) {
      this.#variables[place++] = kinds.indexOf(what);
      this.#variables[place++] = at;
      this.#variables[place++] = length;
    }
    this.#variableCounts[slot] = variables.length;
    this.#versions[slot] = version;
  }

  /** The message of an event, where one of its shape was learnt; it holds until the next one. */
  fill({ shaped, time, readTime }: OutgoingEvent, sequence: number): Buffer | undefined {
    if (shaped === undefined || !isTime(time) || !isTime(readTime)) return undefined;
    const { slot, version } = shaped.shape;
    if (this.#versions[slot] !== version) return undefined;
    const bytes = this.#messages[slot]!;
    const first = slot * VARIABLES_MAX * NUMBERS;
    const end = first + this.#variableCounts[slot]! * NUMBERS;
    for (let place = first; place < end; place += NUMBERS) {
      const at = this.#variables[place + 1]!;
      const length = this.#variables[place + 2]!;
      switch (kinds[this.#variables[place]!]!) {
        case "time":
          writeRfc3339(bytes, at, time);
          break;
        case "shortTime":
          writeRfc3164(bytes, at, time);
          break;
        case "readTime":
          writeRfc3339(bytes, at, readTime);
          break;
        case "id":
          if (!putId(bytes, at, length, shaped)) return undefined;
          break;
        case "sequence":
          if (!putNumber(bytes, at, length, sequence)) return undefined;
          break;
        case "srcPort":
          if (!putNumber(bytes, at, length, shaped.srcPort!)) return undefined;
          break;
      }
    }
    return bytes;
  }

  #messageOf(slot: number, length: number): Buffer {
    const known = this.#messages[slot];
    if (known?.length === length) return known;
    this.#slab ??= Buffer.allocUnsafeSlow(EVENT_SHAPES_MAX * TEMPLATE_BYTES_MAX);
    const start = slot * TEMPLATE_BYTES_MAX;
    return (this.#messages[slot] = this.#slab.subarray(start, start + length));
  }
}

/** False when the id has another length. */
function putId(bytes: Buffer, at: number, length: number, shaped: ShapedEvent): boolean {
  const end = shaped.putId(id, 0);
  if (end !== length) return false;
  for (let i = 0; i < length; i++) bytes[at + i] = id[i]!;
  return true;
}

/** False when the number has another count of digits. */
function putNumber(bytes: Buffer, at: number, length: number, value: number): boolean {
  let rest = value;
  for (let i = at + length - 1; i >= at; i--) {
    const tenth = Math.floor(rest / 10);
    bytes[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return rest === 0 && (bytes[at] !== ZERO || length === 1);
}
