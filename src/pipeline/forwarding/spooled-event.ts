import { denialOf } from "../../../parsers/denial-of.ts";
import { LineRecord } from "../../../parsers/line-record.ts";
import { MainFields } from "../../../parsers/main-fields.ts";
import { netfilterParser } from "../../../parsers/netfilter-parser.ts";
import { prefixText } from "../../../parsers/prefix.ts";
import type { Denial } from "../../model/denial.ts";
import { type Direction, directionOf } from "../../model/direction.ts";
import type { Endpoint, Endpoints } from "../../model/endpoint.ts";
import type { OutgoingEvent } from "../../model/outgoing.ts";
import type { PrefixJudge } from "../../model/prefix-meaning.ts";
import type { EndpointResolver } from "../../query/endpoints/endpoint-resolver.ts";

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
  readonly #resolver: EndpointResolver;
  #direction: Direction | undefined;
  #endpoints: Endpoints | undefined;

  constructor(judge: PrefixJudge, resolver: EndpointResolver) {
    this.#judge = judge;
    this.#resolver = resolver;
    this.denial = new MainFields(this.#record, judge(""));
  }

  /** Reads a line without its end. False when it cannot be read by itself. */
  read(bytes: Buffer, start: number, end: number): boolean {
    const record = this.#record;
    if (netfilterParser.parse(bytes, start, end, record) !== "log") return false;
    this.#direction = undefined;
    this.#endpoints = undefined;
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
    const { in: from = "", out: to = "" } = this.denial;
    return (this.#direction ??= directionOf(from, to, this.#resolver.podInterfaces));
  }

  get source(): Endpoint | undefined {
    return this.#sides().source;
  }

  get destination(): Endpoint | undefined {
    return this.#sides().destination;
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

  #sides(): Endpoints {
    if (this.#endpoints !== undefined) return this.#endpoints;
    const { node, time } = this;
    const { src, dst, protocol, dstPort, in: from, out } = this.denial;
    this.#endpoints = this.#resolver.endpointsOf({
      src,
      dst,
      protocol,
      dstPort,
      in: from,
      out,
      node,
      firstSeen: time,
      lastSeen: time,
    });
    return this.#endpoints;
  }

  #hasSamePrefix(): boolean {
    const { text, prefixStart, prefixEnd, hexEscapes } = this.#record;
    const known = this.#prefix;
    if (prefixEnd - prefixStart !== known.length || hexEscapes !== this.#hexEscapes) return false;
    for (let i = 0; i < known.length; i++) if (text[prefixStart + i] !== known[i]) return false;
    return true;
  }
}
