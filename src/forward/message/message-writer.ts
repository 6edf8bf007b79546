import { cutText } from "./cut-text.ts";
import { MESSAGE_BYTES_LIMIT } from "./message-settings.ts";
import { isTime, RFC3164_BYTES, RFC3339_BYTES, writeRfc3164, writeRfc3339 } from "./stamp.ts";
import type { TextStyle } from "./text-style.ts";

const ZERO = 0x30;

/** What is not the same in messages of events that have the same shape. */
export type Variable = {
  readonly what: "id" | "time" | "shortTime" | "readTime" | "sequence" | "srcPort";
  /** Where it begins in the message. */
  readonly at: number;
  /** In bytes. */
  readonly length: number;
};

/** ASCII text that needs no care, to be written again and again. */
export function constant(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * Writes the bytes of messages of a limited size. What has no room is not written, nor what comes
 * behind it, until keepWhole() or keepCut() says what is to become of it. Byte by byte, for strings
 * put together take twice the time (bench/format-messages.ts).
 */
export class MessageWriter {
  /** Whether all of the message had room. */
  isWhole = true;
  /** Those of the message, in their order, if they are kept. */
  readonly variables: Variable[] = [];
  readonly #keepsVariables: boolean;
  #variable: Variable["what"] | undefined;
  readonly #slab = Buffer.allocUnsafeSlow(MESSAGE_BYTES_LIMIT);
  #at = 0;
  #end = 0;
  #isFull = false;

  /** `keepsVariables` is whether somebody makes templates of messages. */
  constructor(keepsVariables: boolean) {
    this.#keepsVariables = keepsVariables;
  }

  begin(bytesMax: number): void {
    this.#at = 0;
    this.#end = bytesMax;
    this.isWhole = true;
    this.#isFull = false;
    this.variables.length = 0;
    this.#variable = undefined;
  }

  /** The next number, time or text is a variable. */
  varies(what: Variable["what"]): void {
    if (this.#keepsVariables) this.#variable = what;
  }

  /** The bytes of the message, until the next one begins. */
  end(): Buffer {
    return this.#slab.subarray(0, this.#at);
  }

  /** Keeps so many bytes free for what must have room later; a negative number gives them back. */
  reserve(bytes: number): void {
    this.#end -= bytes;
  }

  mark(): number {
    return this.#at;
  }

  /** Takes back and returns what was written since a mark. */
  take(mark: number): Buffer {
    const taken = Buffer.from(this.#slab.subarray(mark, this.#at));
    this.#at = mark;
    return taken;
  }

  /** Takes back everything since a mark, if some of it had no room. */
  keepWhole(mark: number): void {
    if (!this.#isFull) return;
    this.#at = mark;
    this.keepCut();
  }

  /** Leaves what had room. */
  keepCut(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.isWhole = false;
  }

  constant(bytes: Uint8Array): void {
    const { length } = bytes;
    if (!this.#hasRoom(length)) return;
    const slab = this.#slab;
    let at = this.#at;
    for (let i = 0; i < length; i++) slab[at++] = bytes[i]!;
    this.#at = at;
  }

  text(text: string, style: TextStyle): void {
    if (this.plain(text, style.plain)) return;
    const start = this.#at;
    this.#utf8(style.escape(text));
    this.#vary(start);
  }

  /** A text of which the beginning is better than nothing. */
  cuttable(text: string, { plain, escape }: TextStyle): void {
    if (this.#isFull || (this.plain(text, plain) && !this.#isFull)) return;
    const room = this.#end - this.#at;
    this.#isFull = false;
    let cut = cutText(text, room);
    const over = Buffer.byteLength(escape(cut)) - room;
    if (over > 0) cut = cutText(cut, Buffer.byteLength(cut) - over);
    this.#utf8(escape(cut));
    this.#isFull = cut.length < text.length;
  }

  /** Writes a text if all its characters stand for themselves; whether they do. */
  plain(text: string, plain: Uint8Array): boolean {
    const { length } = text;
    if (!this.#hasRoom(length)) return true;
    const slab = this.#slab;
    let at = this.#at;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= plain.length || plain[code] === 0) return false;
      slab[at++] = code;
    }
    this.#at = at;
    this.#vary(at - length);
    return true;
  }

  /** plain() for the first bytes of a text that is not decoded yet. */
  plainBytes(bytes: Uint8Array, length: number, plain: Uint8Array): boolean {
    if (!this.#hasRoom(length)) return true;
    const slab = this.#slab;
    let at = this.#at;
    for (let i = 0; i < length; i++) {
      const code = bytes[i]!;
      if (code >= plain.length || plain[code] === 0) return false;
      slab[at++] = code;
    }
    this.#at = at;
    return true;
  }

  number(value: number): void {
    const whole = value | 0;
    if (whole !== value || whole < 0) {
      this.#utf8(String(value));
      return;
    }
    let digits = 1;
    for (let rest = whole; rest >= 10; rest = (rest / 10) | 0) digits++;
    if (!this.#hasRoom(digits)) return;
    const slab = this.#slab;
    let at = this.#at + digits;
    this.#at = at;
    for (let rest = whole; digits > 0; digits--) {
      const tenth = (rest / 10) | 0;
      slab[--at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.#vary(at);
  }

  /** Whether it is a time that can be written: microseconds since the epoch. */
  time(micros: number): boolean {
    if (!isTime(micros)) return false;
    if (!this.#hasRoom(RFC3339_BYTES)) return true;
    writeRfc3339(this.#slab, this.#at, micros);
    this.#at += RFC3339_BYTES;
    this.#vary(this.#at - RFC3339_BYTES);
    return true;
  }

  /** As RFC 3164 has it, which has no word for an unknown time: the epoch stands for one. */
  shortTime(micros: number): void {
    if (!this.#hasRoom(RFC3164_BYTES)) return;
    writeRfc3164(this.#slab, this.#at, isTime(micros) ? micros : 0);
    this.#at += RFC3164_BYTES;
    this.#vary(this.#at - RFC3164_BYTES);
  }

  /** Remembers what was written since `start`, if it is a variable. */
  #vary(start: number): void {
    if (this.#variable === undefined) return;
    this.variables.push({ what: this.#variable, at: start, length: this.#at - start });
    this.#variable = undefined;
  }

  #utf8(text: string): void {
    if (this.#hasRoom(Buffer.byteLength(text))) this.#at += this.#slab.write(text, this.#at);
  }

  #hasRoom(bytes: number): boolean {
    if (this.#isFull || bytes > this.#end - this.#at) this.#isFull = true;
    return !this.#isFull;
  }
}
