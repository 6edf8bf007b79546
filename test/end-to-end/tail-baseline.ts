import { Tail } from "tail";
import { numberOf } from "./numbered-lines.ts";

/** The npm package `tail` follows the same file: how many lines it loses and doubles. */
export class TailBaseline implements Disposable {
  readonly #tail: Tail;
  readonly #seen = new Map<number, number>();

  constructor(path: string) {
    this.#tail = new Tail(path, { fromBeginning: true, follow: true });
    this.#tail.on("line", (line: string) => {
      const number = numberOf(line);
      if (number !== undefined) this.#seen.set(number, (this.#seen.get(number) ?? 0) + 1);
    });
    // It says so when the file is away for a moment, and goes on or not.
    this.#tail.on("error", () => undefined);
  }

  loss(written: number): { readonly lost: number; readonly doubled: number } {
    const doubled = [...this.#seen.values()].filter((times) => times > 1).length;
    return { lost: written - this.#seen.size, doubled };
  }

  [Symbol.dispose](): void {
    this.#tail.unwatch();
  }
}
