import { isTime } from "./stamp.ts";
import type { MessageWriter, Variable } from "./message-writer.ts";

export type FieldValue = string | number | boolean | readonly string[];

/** Writes a field as a format has it, with what separates it from the one before. */
export interface FieldEncoder {
  value(writer: MessageWriter, name: string, value: FieldValue): void;
  /** Microseconds since the epoch, which are a time. */
  time(writer: MessageWriter, name: string, micros: number): void;
}

/**
 * The fields of a message, in the order of their importance. One that has no room is left out,
 * whole: a value in a message is never a part of one.
 */
export class MessageFields {
  readonly #writer: MessageWriter;
  readonly #encoder: FieldEncoder;

  constructor(writer: MessageWriter, encoder: FieldEncoder) {
    this.#writer = writer;
    this.#encoder = encoder;
  }

  /** `what` is for a value that is another one in the next message like this. */
  add(name: string, value: FieldValue | undefined, what?: Variable["what"]): void {
    if (value === undefined) return;
    if (what !== undefined) this.#writer.varies(what);
    const mark = this.#writer.mark();
    this.#encoder.value(this.#writer, name, value);
    this.#writer.keepWhole(mark);
  }

  /** The same for microseconds since the epoch. */
  addTime(name: string, micros: number | undefined, what?: Variable["what"]): void {
    if (!isTime(micros)) return;
    if (what !== undefined) this.#writer.varies(what);
    const mark = this.#writer.mark();
    this.#encoder.time(this.#writer, name, micros);
    this.#writer.keepWhole(mark);
  }
}
