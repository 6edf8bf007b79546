/** A warning or error is logged at most once in this time. */
export const repeatMsMin = 60_000;
/** Different ones that are remembered; of more, the oldest is forgotten. */
const KEYS_MAX = 256;
const KEY_CHARACTERS_MAX = 1000;

type Repeated = {
  leftOut: number;
  /** Writes the last one that was left out. */
  write: (leftOut: number) => void;
  readonly timer: NodeJS.Timeout;
};

/**
 * Leaves out lines that repeat one of the last minute. When the minute is over, the last of them is
 * written, with how many were left out.
 */
export class Repeats implements Disposable {
  readonly #ms: number;
  readonly #onLeftOut: () => void;
  readonly #repeated = new Map<string, Repeated>();

  constructor(onLeftOut: () => void, ms = repeatMsMin) {
    this.#onLeftOut = onLeftOut;
    this.#ms = ms;
  }

  /** Calls `write` now, or at the end of the minute, or not at all where another one follows. */
  pass(text: string, write: (leftOut: number) => void): void {
    const key = text.slice(0, KEY_CHARACTERS_MAX);
    const repeated = this.#repeated.get(key);
    if (repeated === undefined) {
      this.#remember(key);
      write(0);
      return;
    }
    repeated.leftOut++;
    repeated.write = write;
    this.#onLeftOut();
  }

  /** Writes what waits for the end of its minute. */
  [Symbol.dispose](): void {
    for (const key of this.#repeated.keys()) this.#forget(key);
  }

  #remember(key: string): void {
    const [oldest] = this.#repeated.keys();
    if (this.#repeated.size >= KEYS_MAX && oldest !== undefined) this.#forget(oldest);
    const timer = setTimeout(() => this.#endMinute(key), this.#ms).unref();
    this.#repeated.set(key, { leftOut: 0, write: () => undefined, timer });
  }

  #endMinute(key: string): void {
    // What goes on being repeated goes on being left out.
    if (this.#forget(key)) this.#remember(key);
  }

  /** Whether there was anything to write. */
  #forget(key: string): boolean {
    const repeated = this.#repeated.get(key);
    if (repeated === undefined) return false;
    this.#repeated.delete(key);
    clearTimeout(repeated.timer);
    if (repeated.leftOut === 0) return false;
    // The one that is written now is not left out.
    repeated.write(repeated.leftOut - 1);
    return true;
  }
}
