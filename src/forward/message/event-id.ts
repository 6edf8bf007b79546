import { hash } from "node:crypto";

/** CEF gives an externalId no more. */
export const EVENT_ID_CHARACTERS_MAX = 40;

const HASH_CHARACTERS = 20;
const RADIX = 36;
/** Offsets up to 2.8 TB have as many digits, so that the ids of a content sort as its lines do. */
const OFFSET_CHARACTERS = 8;
const OFFSET_MAX = RADIX ** OFFSET_CHARACTERS;
const ZERO = 0x30;
const A = 0x61;

/**
 * Ids of the events of one content: what is read from the same place of the same content by the
 * agent of the same node has the same id, however often it is sent. `content` is what the content
 * is known by. Nothing is hashed per event.
 */
export class EventIds {
  readonly #start: Uint8Array;
  readonly #text = Buffer.alloc(EVENT_ID_CHARACTERS_MAX);

  constructor(node: string, content: string) {
    this.#start = Buffer.from(`${hashOf("event", node, content)}-`);
  }

  /** Of the event whose line begins there. */
  of(offset: number): string {
    return this.#text.toString("latin1", 0, this.put(this.#text, 0, offset));
  }

  /** Writes of(); returns where it ends. */
  put(bytes: Uint8Array, at: number, offset: number): number {
    const start = this.#start;
    for (let i = 0; i < start.length; i++) bytes[at + i] = start[i]!;
    const first = at + start.length;
    let end = first + OFFSET_CHARACTERS;
    for (let rest = offset; rest >= OFFSET_MAX; rest = Math.floor(rest / RADIX)) end++;
    let rest = offset;
    for (let i = end - 1; i >= first; i--) {
      const higher = Math.floor(rest / RADIX);
      const digit = rest - higher * RADIX;
      bytes[i] = digit < 10 ? ZERO + digit : A + digit - 10;
      rest = higher;
    }
    return end;
  }
}

/**
 * Id of what is sent of a flow and an interval, which begins at `intervalStart` (microseconds since
 * the epoch): each part has another one, for late lines are no duplicates.
 */
export function flowId(node: string, flow: string, intervalStart: number, part: number): string {
  const place = `${intervalStart.toString(RADIX)}-${part.toString(RADIX)}`;
  return `${hashOf("flow", node, flow)}-${place}`;
}

/** Id of what an agent says of itself at a time, microseconds since the epoch. */
export function noticeId(node: string, time: number, text: string): string {
  return `${hashOf("notice", node, text)}-${time.toString(RADIX)}`;
}

/** 80 bits: no two of a thousand million contents are the same. As JSON no two lists are alike. */
function hashOf(...parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "hex").slice(0, HASH_CHARACTERS);
}
