import { setTimeout as sleep } from "node:timers/promises";

/** How long to wait before something that failed is tried again: twice as long each time. */
export class BackOff {
  readonly #msMin: number;
  readonly #msMax: number;
  #ms: number;

  constructor(msMin: number, msMax: number) {
    this.#msMin = msMin;
    this.#msMax = msMax;
    this.#ms = msMin;
  }

  /** It went well. */
  reset(): void {
    this.#ms = this.#msMin;
  }

  /** Milliseconds to wait this time. */
  next(): number {
    const ms = this.#ms;
    this.#ms = Math.min(ms * 2, this.#msMax);
    return ms;
  }
}

/** Waits, no longer than the signal allows. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
