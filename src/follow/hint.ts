import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Sleeps until it is time for another round: at the latest after the longest pause, and after the
 * shortest one when something happened to the file. That is a hint only: network and overlay file
 * systems send no events, so nothing depends on it. A daemon writes hundreds of times a second, and
 * each event wakes this process: so the folder is watched only while nothing happens.
 */
export class Hint implements Disposable {
  readonly #path: string;
  /** What the file looked like before the last round. */
  #seen: string;
  #watcher: FSWatcher | undefined;
  #wake: (() => void) | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#seen = this.#look();
  }

  async pause(shortestMs: number, longestMs: number, signal: AbortSignal): Promise<void> {
    await sleep(shortestMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted && !this.#hasChanged()) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      const isNew = this.#watch();
      const either = AbortSignal.any([signal, woken.signal]);
      // What happened before it was watched sends no event.
      const leftMs = isNew && this.#hasChanged() ? 0 : longestMs - shortestMs;
      await sleep(leftMs, undefined, { signal: either }).catch(() => undefined);
      this.#wake = undefined;
    }
    this.#seen = this.#look();
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #hasChanged(): boolean {
    return this.#look() !== this.#seen;
  }

  #look(): string {
    try {
      const { dev, ino, size, mtimeMs } = statSync(this.#path);
      return `${dev} ${ino} ${size} ${mtimeMs}`;
    } catch {
      return "";
    }
  }

  /**
   * Watches the folder, if that is possible; a folder that was missing may be there now. Whether it
   * was not watched before.
   */
  #watch(): boolean {
    if (this.#watcher !== undefined) return false;
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_, name) => {
        if (name !== null && name !== basename(this.#path)) return;
        this.#close();
        this.#wake?.();
      });
      this.#watcher.on("error", () => this.#close());
    } catch {
      this.#close();
    }
    return true;
  }

  #close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
