import type { MessageWriter } from "./kernel-line.ts";

const LF = 0x0a;
const BACKSLASH = 0x5c;
const SMALL_X = 0x78;
const SEMICOLON = 0x3b;
const FACILITY_SHIFT = 3;

/** One record of /dev/kmsg. */
export type KmsgRecord = {
  readonly writer: MessageWriter;
  readonly sequence: number;
  /** Microseconds since boot. */
  readonly uptime: number;
  /** Without the lines ` KEY=value` that may follow it. */
  readonly text: Uint8Array;
};

/**
 * Reads `6,1234,5678,-;text`: facility and severity, sequence number, microseconds since boot,
 * flags (Documentation/ABI/testing/dev-kmsg). The kernel gives its own facility, 0, to no process.
 * Bytes that are no text come as `\x0a`. Undefined for what is no such record.
 */
export function readKmsgRecord(record: Buffer): KmsgRecord | undefined {
  const head = record.indexOf(SEMICOLON);
  if (head < 0) return undefined;
  const fields = record.toString("latin1", 0, head).split(",", 3).map(Number);
  const [priority, sequence, uptime] = fields;
  if (fields.length < 3 || !fields.every((field) => Number.isSafeInteger(field) && field >= 0)) {
    return undefined;
  }
  const end = record.indexOf(LF, head);
  const text = record.subarray(head + 1, end < 0 ? record.length : end);
  const writer = priority! >>> FACILITY_SHIFT === 0 ? "kernel" : "process";
  return { writer, sequence: sequence!, uptime: uptime!, text: unescaped(text) };
}

/** In place: what is decoded is never longer. */
function unescaped(text: Buffer): Buffer {
  let from = text.indexOf(BACKSLASH);
  if (from < 0) return text;
  let to = from;
  while (from < text.length) {
    const byte = text[from] === BACKSLASH ? escapedByte(text, from) : undefined;
    text[to++] = byte ?? text[from]!;
    from += byte === undefined ? 1 : "\\x0a".length;
  }
  return text.subarray(0, to);
}

function escapedByte(text: Buffer, at: number): number | undefined {
  if (text[at + 1] !== SMALL_X) return undefined;
  const digits = text.toString("latin1", at + 2, at + 4);
  return /^[0-9a-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
