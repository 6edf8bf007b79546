import { lineBytesMax } from "../../model/limits.ts";

const LF = 0x0a;
const EQUALS = 0x3d;
const NAME_BYTES_MAX = 64;
const LENGTH_BYTES = 8;
/** Of a longer field the beginning is kept, which is enough to see that it is too long. */
const FIELD_BYTES_MAX = NAME_BYTES_MAX + 1 + lineBytesMax + 1;

/** What denyscope wants of an entry of the journal. Text is empty where the entry does not say. */
export type JournalEntry = {
  cursor: string;
  /** Microseconds since the epoch at which journald took the entry. */
  realtime: number;
  /** Microseconds since boot, as printk stamped the message; undefined where that is unknown. */
  monotonic: number | undefined;
  transport: string;
  facility: string;
  host: string;
  /** Valid until the next entry is read. */
  message: Uint8Array;
};

/** Names of fields, as --output-fields of journalctl takes them; `__` fields always come. */
export const journalFields = [
  "_TRANSPORT",
  "SYSLOG_FACILITY",
  "_HOSTNAME",
  "_SOURCE_MONOTONIC_TIMESTAMP",
  "MESSAGE",
] as const;

/**
 * Reads the journal's export format, in pieces cut anywhere: lines `NAME=value`, or `NAME`, eight
 * bytes of length and the value where that is not plain text; an empty line ends an entry. The
 * fields stand in any order. Memory is bounded whatever comes.
 */
export class ExportReader {
  readonly #field = Buffer.allocUnsafeSlow(FIELD_BYTES_MAX);
  readonly #message = Buffer.allocUnsafeSlow(FIELD_BYTES_MAX);
  #kept = 0;
  /** Name of the binary field that is being read. */
  #binary: string | undefined;
  /** Bytes of its length and, once that is known, of its value that are still to come. */
  #lengthLeft = 0;
  #valueLeft = 0;
  #entry = emptyEntry();

  /** The entries that end in a piece; an entry is used again for the next one. */
  *push(chunk: Buffer): Generator<Readonly<JournalEntry>> {
    for (let at = 0; at < chunk.length; ) {
      if (this.#lengthLeft > 0) {
        const end = Math.min(chunk.length, at + this.#lengthLeft);
        this.#lengthLeft -= this.#keep(chunk, at, end);
        at = end;
        if (this.#lengthLeft === 0) this.#endLength();
      } else if (this.#valueLeft > 0) {
        const end = Math.min(chunk.length, at + this.#valueLeft);
        this.#valueLeft -= this.#keep(chunk, at, end);
        at = end;
      } else {
        const found = chunk.indexOf(LF, at);
        const end = found < 0 ? chunk.length : found;
        this.#keep(chunk, at, end);
        at = end + 1;
        if (found >= 0 && this.#endLine()) {
          yield this.#entry;
          this.#entry = emptyEntry();
        }
      }
    }
  }

  /** How many bytes there were, kept or not. */
  #keep(chunk: Buffer, start: number, end: number): number {
    this.#kept += chunk.copy(this.#field, this.#kept, start, end);
    return end - start;
  }

  #endLength(): void {
    const length = this.#field.readBigUInt64LE(0);
    this.#valueLeft = Number(length);
    this.#kept = 0;
  }

  /** A line ended, or a binary value, behind which a line end stands. Whether an entry did. */
  #endLine(): boolean {
    const field = this.#field.subarray(0, this.#kept);
    this.#kept = 0;
    if (this.#binary !== undefined) {
      this.#set(this.#binary, field);
      this.#binary = undefined;
      return false;
    }
    if (field.length === 0) return this.#entry.cursor !== "";
    const equals = field.indexOf(EQUALS);
    if (equals >= 0) {
      this.#set(field.toString("latin1", 0, equals), field.subarray(equals + 1));
    } else {
      this.#binary = field.toString("latin1", 0, NAME_BYTES_MAX);
      this.#lengthLeft = LENGTH_BYTES;
    }
    return false;
  }

  #set(name: string, value: Buffer): void {
    const entry = this.#entry;
    if (name === "MESSAGE") {
      entry.message = this.#message.subarray(0, value.copy(this.#message));
      return;
    }
    if (name === "__CURSOR") entry.cursor = value.toString("latin1");
    else if (name === "__REALTIME_TIMESTAMP") entry.realtime = micros(value) ?? 0;
    else if (name === "_TRANSPORT") entry.transport = value.toString("latin1");
    else if (name === "SYSLOG_FACILITY") entry.facility = value.toString("latin1");
    else if (name === "_HOSTNAME") entry.host = value.toString("latin1");
    else if (name === "_SOURCE_MONOTONIC_TIMESTAMP") entry.monotonic = micros(value);
  }
}

function micros(value: Buffer): number | undefined {
  const number = Number(value.toString("latin1"));
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function emptyEntry(): JournalEntry {
  return {
    cursor: "",
    realtime: 0,
    monotonic: undefined,
    transport: "",
    facility: "",
    host: "",
    message: new Uint8Array(0),
  };
}
