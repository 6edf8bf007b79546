import type { SpoolPosition } from "../model/spool.ts";

const MESSAGES_MIN = 1024;
/** Chunk and record of a message, and of what is behind it. */
const NUMBERS = 4;

type Place = {
  readonly position: SpoolPosition;
  /** Behind its record. */
  readonly after: SpoolPosition;
};

/**
 * What was handed to a connection, by its ticket: in the order of the spool, settled in order. A
 * ring of numbers: ten thousand objects that live for a while are work for a collector of garbage.
 */
export class InFlight {
  #numbers = new Float64Array(MESSAGES_MIN * NUMBERS);
  /** The first ticket that is not settled. */
  #first = 0;
  #next = 0;

  get size(): number {
    return this.#next - this.#first;
  }

  /** The ticket of the next message. */
  get ticket(): number {
    return this.#next;
  }

  add({ position, after }: Place): void {
    if (this.size === this.#messagesMax) this.#grow();
    const at = this.#placeOf(this.#next++);
    this.#numbers[at] = position.chunk;
    this.#numbers[at + 1] = position.record;
    this.#numbers[at + 2] = after.chunk;
    this.#numbers[at + 3] = after.record;
  }

  /** Where a message that is not settled stands in the spool. */
  positionOf(ticket: number): SpoolPosition | undefined {
    if (ticket < this.#first || ticket >= this.#next) return undefined;
    return this.#at(this.#placeOf(ticket));
  }

  /** Messages up to a ticket need no more sending: how many, and the position behind the last. */
  settle(upTo: number): { readonly count: number; readonly after: SpoolPosition } | undefined {
    const last = Math.min(upTo, this.#next - 1);
    const count = last + 1 - this.#first;
    if (count <= 0) return undefined;
    this.#first = last + 1;
    return { count, after: this.#at(this.#placeOf(last) + 2) };
  }

  /** Forgets what is not settled, for it is sent again; tickets begin anew. */
  clear(): void {
    this.#first = 0;
    this.#next = 0;
  }

  get #messagesMax(): number {
    return this.#numbers.length / NUMBERS;
  }

  #placeOf(ticket: number): number {
    return (ticket % this.#messagesMax) * NUMBERS;
  }

  #at(place: number): SpoolPosition {
    return { chunk: this.#numbers[place]!, record: this.#numbers[place + 1]! };
  }

  #grow(): void {
    const full = this.#numbers;
    const cut = this.#placeOf(this.#first);
    this.#numbers = new Float64Array(2 * full.length);
    // Those from the first on have the same ticket, and another place.
    const place = this.#placeOf(this.#first);
    const oldest = full.subarray(cut);
    const others = full.subarray(0, cut);
    this.#numbers.set(oldest, place);
    this.#numbers.set(others, (place + oldest.length) % this.#numbers.length);
  }
}
