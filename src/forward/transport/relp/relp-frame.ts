import { putDecimal } from "../put-decimal.ts";

const SPACE = 0x20;
const LF = 0x0a;
const DIGITS_MAX = 9;
const command = Buffer.from(" syslog ", "latin1");

/** What a frame adds to a message, at most. */
export const relpOverheadMax = DIGITS_MAX + command.length + DIGITS_MAX + 2;

/** Writes `TXNR SP syslog SP DATALEN SP DATA LF`; returns where it ends. */
export function putRelpFrame(into: Buffer, at: number, txnr: number, message: Uint8Array): number {
  let end = putDecimal(into, at, txnr);
  into.set(command, end);
  end = putDecimal(into, end + command.length, message.length);
  into[end++] = SPACE;
  into.set(message, end);
  into[end + message.length] = LF;
  return end + message.length + 1;
}

/** A frame of another command, with data that is plain text. */
export function relpFrame(txnr: number, name: "open" | "close", data: string): Buffer {
  const length = Buffer.byteLength(data);
  return Buffer.from(`${txnr} ${name} ${length}${length === 0 ? "" : ` ${data}`}\n`, "latin1");
}
