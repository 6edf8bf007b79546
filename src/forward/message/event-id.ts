import { hash } from "node:crypto";

/** CEF gives an externalId no more. */
export const EVENT_ID_CHARACTERS_MAX = 40;

const HASH_CHARACTERS = 20;
const RADIX = 36;
/** Offsets up to 2.8 TB have as many digits, so that the ids of a content sort as its lines do. */
const OFFSET_CHARACTERS = 8;

/**
 * Ids of the events of one content: what is read from the same place of the same content by the
 * agent of the same node has the same id, however often it is sent. `content` is what the content
 * is known by. Nothing is hashed per event.
 */
export function eventIds(node: string, content: string): (offset: number) => string {
  const origin = hashOf("event", node, content);
  return (offset) => `${origin}-${offset.toString(RADIX).padStart(OFFSET_CHARACTERS, "0")}`;
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
