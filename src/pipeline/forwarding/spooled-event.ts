import { denialOf } from "../../../parsers/denial-of.ts";
import { LineRecord } from "../../../parsers/line-record.ts";
import { MainFields } from "../../../parsers/main-fields.ts";
import { netfilterParser } from "../../../parsers/netfilter-parser.ts";
import { prefixText } from "../../../parsers/prefix.ts";
import type { Denial } from "../../model/denial.ts";
import { type Direction, directionOf } from "../../model/direction.ts";
import type { OutgoingEvent } from "../../model/outgoing.ts";
import type { PrefixJudge } from "../../model/prefix-meaning.ts";

/** A spooled line as what is sent of it: one object for all, which holds until the next is read. */
export class SpooledEvent implements OutgoingEvent {
  readonly kind = "event";
  id = "";
  node = "";
  time = 0;
  readTime = 0;
  readonly denial: MainFields;
  readonly #judge: PrefixJudge;
  readonly #record = new LineRecord();
  /** The prefix of the line before, for neighbouring lines mostly have the same. */
  #prefix: Uint8Array = new Uint8Array(0);
  #hexEscapes = false;
  #direction: Direction | undefined;

  constructor(judge: PrefixJudge) {
    this.#judge = judge;
    this.denial = new MainFields(this.#record, judge(""));
  }

  /** Reads a line without its end. False when it cannot be read by itself. */
  read(bytes: Buffer, start: number, end: number): boolean {
    const record = this.#record;
    if (netfilterParser.parse(bytes, start, end, record) !== "log") return false;
    this.#direction = undefined;
    if (this.#hasSamePrefix()) {
      this.denial.next(this.denial.prefix, this.denial.meaning);
    } else {
      const prefix = prefixText(record);
      this.denial.next(prefix, this.#judge(prefix));
      this.#prefix = record.text.slice(record.prefixStart, record.prefixEnd);
      this.#hexEscapes = record.hexEscapes;
    }
    return true;
  }

  get direction(): Direction {
    return (this.#direction ??= directionOf(this.denial.in ?? "", this.denial.out ?? ""));
  }

  get message(): Uint8Array {
    const { text, prefixStart, textEnd } = this.#record;
    return text.subarray(prefixStart, textEnd);
  }

  whole(): Denial {
    const { time, node } = this;
    const { meaning } = this.denial;
    return denialOf(this.#record, { time, timeInferred: false, node, meaning });
  }

  #hasSamePrefix(): boolean {
    const { text, prefixStart, prefixEnd, hexEscapes } = this.#record;
    const known = this.#prefix;
    if (prefixEnd - prefixStart !== known.length || hexEscapes !== this.#hexEscapes) return false;
    for (let i = 0; i < known.length; i++) if (text[prefixStart + i] !== known[i]) return false;
    return true;
  }
}
