import type { LineRecord } from "../../../parsers/line-record.ts";
import { LineShape, SHAPE_BYTES_MAX } from "../../../parsers/line-shape.ts";
import { EVENT_SHAPES_MAX, type EventShape } from "../../model/outgoing.ts";
import type { NameSource } from "../../query/endpoints/name-source.ts";
import type { TimeSpan } from "../../query/endpoints/steady-span.ts";

/**
 * Shapes of the lines that were read lately: of a line that has one of them, all is known but a few
 * numbers. A shape may have one of two places, and gets it when it was met twice with no other for
 * that place in between: the sources of a flood, of which none comes again, push nothing out.
 *
 * In columns by place: objects that are replaced again and again are memory until a collector of
 * garbage comes.
 */
export class KnownShapes {
  readonly #shape = new LineShape();
  readonly #places: { slot: number; version: number }[] = [];
  readonly #hashes = new Int32Array(EVENT_SHAPES_MAX);
  readonly #candidates = new Int32Array(EVENT_SHAPES_MAX);
  #bytes: Buffer | undefined;
  /** 0 where there is no shape. */
  readonly #lengths = new Uint16Array(EVENT_SHAPES_MAX);
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
    const second = first ^ 1;
    if (this.#isAt(first)) this.#slot = first;
    else if (this.#isAt(second)) this.#slot = second;
    else {
      if (this.#candidates[first] === shape.hash) this.#slot = this.#placeFor(first, second);
      this.#candidates[first] = shape.hash;
      return undefined;
    }
    const slot = this.#slot;
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
    const { hash, bytes, length } = this.#shape;
    this.#bytes ??= Buffer.allocUnsafeSlow(EVENT_SHAPES_MAX * SHAPE_BYTES_MAX);
    const start = slot * SHAPE_BYTES_MAX;
    for (let i = 0; i < length; i++) this.#bytes[start + i] = bytes[i]!;
    this.#hashes[slot] = hash;
    this.#lengths[slot] = length;
    this.#from[slot] = from;
    this.#to[slot] = to;
    const place = (this.#places[slot] ??= { slot, version: 0 });
    place.version++;
    return place;
  }

  forget(): void {
    this.#lengths.fill(0);
    this.#candidates.fill(0);
  }

  #placeFor(first: number, second: number): number {
    const isFree = this.#lengths[first] === 0 || this.#lengths[second] !== 0;
    return isFree ? first : second;
  }

  #isAt(slot: number): boolean {
    const { hash, length, bytes } = this.#shape;
    if (this.#hashes[slot] !== hash || this.#lengths[slot] !== length) return false;
    const known = this.#bytes!;
    const start = slot * SHAPE_BYTES_MAX;
    for (let i = 0; i < length; i++) if (bytes[i] !== known[start + i]) return false;
    return true;
  }
}
