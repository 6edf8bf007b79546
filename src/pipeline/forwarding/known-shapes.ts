import type { LineRecord } from "../../../parsers/line-record.ts";
import { LineShape, SHAPE_BYTES_MAX } from "../../../parsers/line-shape.ts";
import { EVENT_SHAPES_MAX, type EventShape } from "../../model/outgoing.ts";
import type { NameSource } from "../../query/endpoints/name-source.ts";
import type { TimeSpan } from "../../query/endpoints/steady-span.ts";

/** Places that a shape may have: with two, one line in ten has its place taken by another. */
const WAYS = 4;
const USES_MAX = 255;

/**
 * Shapes of the lines that were read lately: of a line that has one of them, all is known but a few
 * numbers. A shape may have one of four places. It gets that of the one that was used least, when
 * it was met twice with less than four others for them in between: the sources of a flood, of which
 * none comes again, push nothing out.
 *
 * In columns by place: objects that are replaced again and again are memory until a collector of
 * garbage comes.
 */
export class KnownShapes {
  readonly #shape = new LineShape();
  readonly #places: { slot: number; version: number }[] = [];
  readonly #hashes = new Int32Array(EVENT_SHAPES_MAX);
  /** Hashes that were met and have no place, by fours, the last one first. */
  readonly #candidates = new Int32Array(EVENT_SHAPES_MAX);
  readonly #bytes = Buffer.allocUnsafeSlow(EVENT_SHAPES_MAX * SHAPE_BYTES_MAX);
  readonly #view = new DataView(this.#bytes.buffer);
  /** 0 where there is no shape. */
  readonly #lengths = new Uint16Array(EVENT_SHAPES_MAX);
  readonly #uses = new Uint8Array(EVENT_SHAPES_MAX);
  /** From when until when endpoints have the names of now. */
  readonly #from = new Float64Array(EVENT_SHAPES_MAX);
  readonly #to = new Float64Array(EVENT_SHAPES_MAX);
  #names: NameSource | undefined;
  /** Of the line that was asked for last; -1 when its shape has no place. */
  #slot = -1;

  /** Of the line that was found last. */
  get srcPort(): number | undefined {
    const { srcPort } = this.#shape;
    return srcPort < 0 ? undefined : srcPort;
  }

  /** The shape of a line of that time, if it is known with these names. */
  find(
    line: Uint8Array,
    start: number,
    end: number,
    time: number,
    names: NameSource,
  ): EventShape | undefined {
    if (names !== this.#names) this.forget();
    this.#names = names;
    const shape = this.#shape;
    this.#slot = -1;
    if (!shape.read(line, start, end)) return undefined;
    const first = (shape.hash ^ (shape.hash >>> 16)) & (EVENT_SHAPES_MAX - 1);
    const slot = this.#placeOf(first);
    if (slot < 0) {
      if (this.#wasMet(first, shape.hash)) this.#slot = this.#placeFor(first);
      return undefined;
    }
    this.#slot = slot;
    if (this.#uses[slot]! < USES_MAX) this.#uses[slot]!++;
    return time >= this.#from[slot]! && time <= this.#to[slot]! ? this.#places[slot] : undefined;
  }

  /**
   * Whether what the grammar read of the line that was asked for last, which was not found, may be
   * learnt.
   */
  wants(line: Uint8Array, record: LineRecord): boolean {
    return this.#slot >= 0 && this.#shape.agrees(line, record);
  }

  /** Learns the shape of that line: its endpoints have their names for so long. */
  learn({ from, to }: TimeSpan): EventShape {
    const slot = this.#slot;
    const { hash, length } = this.#shape;
    this.#shape.put(this.#bytes, slot * SHAPE_BYTES_MAX);
    this.#hashes[slot] = hash;
    this.#lengths[slot] = length;
    this.#from[slot] = from;
    this.#to[slot] = to;
    this.#uses[slot] = 1;
    const place = (this.#places[slot] ??= { slot, version: 0 });
    place.version++;
    return place;
  }

  forget(): void {
    this.#lengths.fill(0);
    this.#candidates.fill(0);
  }

  /** Where the shape is; -1 when it is not known. */
  #placeOf(first: number): number {
    for (let way = 0; way < WAYS; way++) {
      if (this.#isAt(first ^ way)) return first ^ way;
    }
    return -1;
  }

  #wasMet(first: number, hash: number): boolean {
    const start = first & ~(WAYS - 1);
    const candidates = this.#candidates;
    for (let way = 0; way < WAYS; way++) {
      if (candidates[start + way] === hash) return true;
    }
    candidates.copyWithin(start + 1, start, start + WAYS - 1);
    candidates[start] = hash;
    return false;
  }

  /** Where a new shape goes. What was used much and is not any more must not stay for ever. */
  #placeFor(first: number): number {
    let place = first;
    for (let way = 0; way < WAYS; way++) {
      const slot = first ^ way;
      if (this.#lengths[slot] === 0) return slot;
      if (this.#uses[slot]! < this.#uses[place]!) place = slot;
    }
    for (let way = 0; way < WAYS; way++) this.#uses[first ^ way]! >>= 1;
    return place;
  }

  #isAt(slot: number): boolean {
    const { hash, length } = this.#shape;
    if (this.#hashes[slot] !== hash || this.#lengths[slot] !== length) return false;
    return this.#shape.isAt(this.#view, slot * SHAPE_BYTES_MAX);
  }
}
