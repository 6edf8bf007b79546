const DELAY_MS_MIN = 1000;
const DELAY_MS_MAX = 60_000;

/**
 * How long to wait before a connection is tried again: at least a second, and then anything up to a
 * bound that doubles with each failure, so that the agents of a cluster do not come all at once.
 */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds until the next try. */
  next(): number {
    const bound = Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** ++this.#failures);
    return DELAY_MS_MIN + this.#random() * (bound - DELAY_MS_MIN);
  }

  /** The last try was a success. */
  reset(): void {
    this.#failures = 0;
  }
}
