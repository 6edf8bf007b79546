import type { SpoolPosition } from "../model/spool.ts";

/** Places of settled messages before the list is made anew: it is copied seldom then. */
const SETTLED_KEPT_MAX = 4096;

type Place = {
  readonly position: SpoolPosition;
  /** Behind its record. */
  readonly after: SpoolPosition;
};

/** What was handed to a connection, by its ticket: in the order of the spool, settled in order. */
export class InFlight {
  #places: Place[] = [];
  /** The ticket of the first of #places. */
  #base = 0;
  /** The first ticket that is not settled. */
  #first = 0;

  get size(): number {
    return this.ticket - this.#first;
  }

  /** The ticket of the next message. */
  get ticket(): number {
    return this.#base + this.#places.length;
  }

  add(place: Place): void {
    this.#places.push(place);
  }

  /** Where a message that is not settled stands in the spool. */
  positionOf(ticket: number): SpoolPosition | undefined {
    return this.#places[ticket - this.#base]?.position;
  }

  /** Messages up to a ticket need no more sending: how many, and the position behind the last. */
  settle(upTo: number): { readonly count: number; readonly after: SpoolPosition } | undefined {
    const last = Math.min(upTo, this.ticket - 1);
    const count = last + 1 - this.#first;
    if (count <= 0) return undefined;
    const { after } = this.#places[last - this.#base]!;
    this.#first = last + 1;
    const settled = this.#first - this.#base;
    if (settled > SETTLED_KEPT_MAX) {
      this.#places = this.#places.slice(settled);
      this.#base = this.#first;
    }
    return { count, after };
  }

  /** Forgets what is not settled, for it is sent again; tickets begin anew. */
  clear(): void {
    this.#places = [];
    this.#base = 0;
    this.#first = 0;
  }
}
