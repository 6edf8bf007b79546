import { watchConfig } from "../config/config-watch.ts";
import type { CommandContext } from "./context.ts";

/** What may ask for a reload. */
export type ReloadCause = "signal" | "file";

/** Collects requests for a reload; those that come before the next one is looked for are one. */
export class Reloads implements Disposable {
  readonly #watch: Disposable;
  #asked: ReloadCause | undefined;
  #wake: () => void = () => undefined;

  constructor({ onHangUp }: Pick<CommandContext, "onHangUp">, configFile: string) {
    onHangUp(() => this.#ask("signal"));
    this.#watch = watchConfig(configFile, () => this.#ask("file"));
  }

  /** Resolves when a reload was asked for; to nothing when the signal came first. */
  async next(signal: AbortSignal): Promise<ReloadCause | undefined> {
    while (this.#asked === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    if (signal.aborted) return undefined;
    const cause = this.#asked;
    this.#asked = undefined;
    return cause;
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  #ask(cause: ReloadCause): void {
    // A signal asks for a reload whether anything has changed or not.
    if (this.#asked !== "signal") this.#asked = cause;
    this.#wake();
  }
}
