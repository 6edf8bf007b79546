import { programOf } from "../header/program.ts";
import type { LineRecord } from "../line-record.ts";
import { decimal, isWord, key, skip } from "../scan.ts";
import { openMessage, scratchOf, setMonotonic, setOrigin, setRealtime } from "./open-message.ts";

const CURSOR = key("__CURSOR=");
const REALTIME = key("__REALTIME_TIMESTAMP=");
const MONOTONIC = key("_SOURCE_MONOTONIC_TIMESTAMP=");
const HOSTNAME = key("_HOSTNAME=");
const TRANSPORT = key("_TRANSPORT=");
const IDENTIFIER = key("SYSLOG_IDENTIFIER=");
const MESSAGE = key("MESSAGE=");
const BINARY_MESSAGE = key("MESSAGE");
const KERNEL = key("kernel");
const LENGTH_BYTES = 8;
const UNDERSCORE = 0x5f;
const M = 0x4d;
const S = 0x53;

/**
 * Reads one line of `journalctl -o export`: `KEY=value`, an empty line behind each record. Fields
 * before MESSAGE= are remembered in record.exported, and the message opens with them; those behind
 * it come too late. Of the binary form, `MESSAGE` alone and then eight bytes of length and the
 * text, all is read unless the length or the text holds a line feed. "field" when the line is a
 * field and no message; "other" when it is nothing of this format.
 */
export function openExportLine(
  bytes: Uint8Array,
  record: LineRecord,
): "message" | "field" | "other" {
  const { exported: state, at, end } = record;
  if (at === end) {
    state.clear();
    return "other";
  }
  if (state.isBinaryNext) {
    state.isBinaryNext = false;
    const length = littleEndian(bytes, at, end);
    if (length >= 0 && at + LENGTH_BYTES + length === end) {
      return open(bytes, record, at + LENGTH_BYTES);
    }
  }
  const first = bytes[at];
  if (first === M) {
    if (skip(bytes, record, MESSAGE)) return open(bytes, record, record.at);
    state.isBinaryNext = state.isOpen && isWord(bytes, at, end, BINARY_MESSAGE);
    return state.isBinaryNext ? "field" : "other";
  }
  if (first !== UNDERSCORE && first !== S) return "other";
  return readField(bytes, record) ? "field" : "other";
}

function readField(bytes: Uint8Array, record: LineRecord): boolean {
  const { exported: state, end } = record;
  if (skip(bytes, record, CURSOR)) begin(record);
  else if (skip(bytes, record, REALTIME)) {
    if (!state.isOpen || state.realtime >= 0) begin(record);
    state.realtime = decimal(bytes, record, Number.MAX_SAFE_INTEGER);
  } else if (!state.isOpen) return false;
  else if (skip(bytes, record, MONOTONIC)) {
    state.monotonic = decimal(bytes, record, Number.MAX_SAFE_INTEGER);
  } else if (skip(bytes, record, HOSTNAME)) state.setHost(bytes, record.at, end);
  else if (skip(bytes, record, IDENTIFIER)) state.program = programOf(bytes, record.at, end);
  else if (skip(bytes, record, TRANSPORT)) {
    state.transport = isWord(bytes, record.at, end, KERNEL) ? "kernel" : "process";
  } else return false;
  return true;
}

function begin(record: LineRecord): void {
  record.exported.clear();
  record.exported.isOpen = true;
}

function open(bytes: Uint8Array, record: LineRecord, start: number): "message" {
  const { exported: state, end } = record;
  record.at = start;
  if (!state.isOpen) return "message";
  const scratch = scratchOf(record);
  const length = end - start;
  for (let i = 0; i < length; i++) scratch[i] = bytes[start + i]!;
  for (let i = 0; i < state.hostLength; i++) scratch[length + i] = state.host[i]!;
  openMessage(record, length, length + state.hostLength);
  setRealtime(record, state.realtime);
  setMonotonic(record, state.monotonic);
  setOrigin(record, state.program, state.transport);
  return "message";
}

/** A 64-bit length; -1 when it is not there, or longer than any line. */
function littleEndian(bytes: Uint8Array, at: number, end: number): number {
  if (at + LENGTH_BYTES > end) return -1;
  for (let i = 4; i < LENGTH_BYTES; i++) if (bytes[at + i] !== 0) return -1;
  const low = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  return low < 0 ? -1 : low;
}
