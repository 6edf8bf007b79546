/** Notices that nothing happens for too long, while something should. */
export class SilenceTimer {
  readonly #msMax: number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(msMax: number, onSilence: () => void) {
    this.#msMax = msMax;
    this.#onSilence = onSilence;
  }

  /** Something should happen from now on; if that was so already, time goes on. */
  expect(): void {
    this.#timer ??= setTimeout(this.#onSilence, this.#msMax);
  }

  /** It happened, and more should. */
  progress(): void {
    this.#timer?.refresh();
  }

  /** Nothing should happen now. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
