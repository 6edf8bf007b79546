import { denialOf } from "../../../parsers/denial-of.ts";
import { LineRecord } from "../../../parsers/line-record.ts";
import { MainFields } from "../../../parsers/main-fields.ts";
import { netfilterParser } from "../../../parsers/netfilter-parser.ts";
import { prefixText } from "../../../parsers/prefix.ts";
import type { EventIds } from "../../forward/message/event-id.ts";
import type { Denial } from "../../model/denial.ts";
import { type Direction, directionOf } from "../../model/direction.ts";
import type { Endpoint, Endpoints } from "../../model/endpoint.ts";
import type { EventShape, OutgoingEvent, ShapedEvent } from "../../model/outgoing.ts";
import type { PrefixJudge } from "../../model/prefix-meaning.ts";
import type { EndpointResolver } from "../../query/endpoints/endpoint-resolver.ts";
import { KnownShapes } from "./known-shapes.ts";

const unknownShape: EventShape = { slot: -1, version: 0 };

/**
 * A spooled line as what is sent of it: one object for all, which holds until the next is read. A
 * line of a known shape is read by the grammar only when more of it is asked for.
 */
export class SpooledEvent implements OutgoingEvent, ShapedEvent {
  readonly kind = "event";
  node = "";
  time = 0;
  readTime = 0;
  ids: EventIds | undefined;
  /** Where its line begins in the content that these are of. */
  offset = 0;
  shape: EventShape = unknownShape;
  readonly #fields: MainFields;
  readonly #judge: PrefixJudge;
  readonly #record = new LineRecord();
  readonly #shapes: KnownShapes | undefined;
  #line: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #isParsed = false;
  /** The prefix of the line before, for neighbouring lines mostly have the same. */
  #prefix: Uint8Array = new Uint8Array(0);
  #hexEscapes = false;
  readonly #resolver: EndpointResolver;
  #direction: Direction | undefined;
  #endpoints: Endpoints | undefined;

  /** `withShapes` is whether somebody looks at what is known of a line by its shape. */
  constructor(judge: PrefixJudge, resolver: EndpointResolver, withShapes: boolean) {
    if (withShapes) this.#shapes = new KnownShapes();
    this.#judge = judge;
    this.#resolver = resolver;
    this.#fields = new MainFields(this.#record, judge(""));
  }

  /**
   * Reads a line without its end, which a node wrote at a time in microseconds since the epoch.
   * False when it cannot be read by itself.
   */
  read(line: Buffer, start: number, end: number, node: string, time: number): boolean {
    if (node !== this.node) this.#shapes?.forget();
    this.node = node;
    this.time = time;
    this.#line = line;
    this.#start = start;
    this.#end = end;
    this.#direction = undefined;
    this.#endpoints = undefined;
    this.#isParsed = false;
    const found = this.#shapes?.find(line, start, end, time, this.#resolver.names);
    this.shape = found ?? unknownShape;
    if (found !== undefined) return true;
    if (!this.#parse()) return false;
    if (this.#shapes?.wants(line, this.#record) === true) this.#learnShape(this.#shapes);
    return true;
  }

  get id(): string {
    return this.ids?.of(this.offset) ?? "";
  }

  putId(bytes: Uint8Array, at: number): number {
    return this.ids?.put(bytes, at, this.offset) ?? at;
  }

  get shaped(): ShapedEvent | undefined {
    return this.shape === unknownShape ? undefined : this;
  }

  get denial(): MainFields {
    if (!this.#isParsed) this.#parse();
    return this.#fields;
  }

  get srcPort(): number | undefined {
    return this.#isParsed ? this.#fields.srcPort : this.#shapes?.srcPort;
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
    if (!this.#isParsed) this.#parse();
    const { text, prefixStart, textEnd } = this.#record;
    return text.subarray(prefixStart, textEnd);
  }

  whole(): Denial {
    const { time, node } = this;
    const { meaning } = this.denial;
    return denialOf(this.#record, { time, timeInferred: false, node, meaning });
  }

  #parse(): boolean {
    const record = this.#record;
    this.#isParsed = true;
    if (netfilterParser.parse(this.#line, this.#start, this.#end, record) !== "log") return false;
    if (this.#hasSamePrefix()) {
      this.#fields.next(this.#fields.prefix, this.#fields.meaning);
    } else {
      const prefix = prefixText(record);
      this.#fields.next(prefix, this.#judge(prefix));
      this.#prefix = record.text.slice(record.prefixStart, record.prefixEnd);
      this.#hexEscapes = record.hexEscapes;
    }
    return true;
  }

  #learnShape(shapes: KnownShapes): void {
    const span = this.#resolver.steadySpan(this.#fields, this.time);
    if (span !== undefined) this.shape = shapes.learn(span);
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
