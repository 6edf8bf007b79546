import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Sleeps until it is time for another round: at the latest after the longest pause, and after the
 * shortest one when something happened to the file. That is a hint only: network and overlay file
 * systems send none, so nothing depends on it.
 */
export class Hint implements Disposable {
  readonly #path: string;
  #watcher: FSWatcher | undefined;
  #hasCome = false;
  #wake: (() => void) | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Watches the folder, if that is possible; a folder that was missing may be there now. */
  watch(): void {
    if (this.#watcher !== undefined) return;
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_, name) => {
        if (name !== null && name !== basename(this.#path)) return;
        this.#hasCome = true;
        this.#wake?.();
      });
      this.#watcher.on("error", () => this.#close());
    } catch {
      this.#close();
    }
  }

  async pause(shortestMs: number, longestMs: number, signal: AbortSignal): Promise<void> {
    await sleep(shortestMs, undefined, { signal }).catch(() => undefined);
    if (!this.#hasCome && !signal.aborted) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      const either = AbortSignal.any([signal, woken.signal]);
      await sleep(longestMs - shortestMs, undefined, { signal: either }).catch(() => undefined);
      this.#wake = undefined;
    }
    this.#hasCome = false;
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
