import assert from "node:assert/strict";
import { putDecimal } from "./put-decimal.ts";
import type { Framing } from "./transport.ts";

const SPACE = 0x20;
const LF = 0x0a;
const LENGTH_DIGITS_MAX = 9;

/** What a frame adds to a message, at most. */
export const frameOverheadMax = LENGTH_DIGITS_MAX + 1;

/** Writes the frame of a message; returns where it ends. */
export type PutFrame = (into: Buffer, at: number, message: Uint8Array) => number;

export const putFrame: Readonly<Record<Framing, PutFrame>> = {
  octet: putOctetCounted,
  lf: putLine,
};

/** RFC 6587 section 3.4.1, RFC 5425: MSG-LEN SP MSG, the length in bytes. */
function putOctetCounted(into: Buffer, at: number, message: Uint8Array): number {
  let end = putDecimal(into, at, message.length);
  into[end++] = SPACE;
  into.set(message, end);
  return end + message.length;
}

/** RFC 6587 section 3.4.2: MSG LF. A message with a line feed in it would be two for the server. */
function putLine(into: Buffer, at: number, message: Uint8Array): number {
  assert(!message.includes(LF), "no message holds a line feed");
  into.set(message, at);
  into[at + message.length] = LF;
  return at + message.length + 1;
}
