import type { ChosenSource } from "../follow/choose-source.ts";
import {
  type Beginning,
  beginningOf,
  readSourceText,
  type SourceBefore,
  sourceText,
} from "../follow/source-change.ts";

/** Which sources of lines are read, from run to run: a newly chosen one begins at its end. */
export class SourceHistory {
  readonly #chosen: ChosenSource;
  readonly #before: SourceBefore | undefined;
  readonly #now: () => number;
  /** What of the chosen source is counted, now or by the run before. */
  readonly #begun: Set<string>;

  /** `before` is what text() gave the run before; times are microseconds since the epoch. */
  constructor(chosen: ChosenSource, before: string, lastTime: number, now: () => number) {
    const read = readSourceText(before);
    this.#chosen = chosen;
    this.#now = now;
    this.#before = read === undefined ? undefined : { ...read, lastTime };
    this.#begun = new Set(
      read?.kind === chosen.kind ? read.paths.filter((path) => chosen.paths.includes(path)) : [],
    );
  }

  /** Where the counting of a path or pattern of the source begins; undefined is journald's. */
  beginning(path: string | undefined): Beginning {
    return beginningOf(this.#chosen, path, this.#before, this.#now());
  }

  /** What to keep for the next run, when the counting of a path or pattern has begun. */
  textWith(path: string | undefined): string {
    if (path !== undefined) this.#begun.add(path);
    return sourceText({ kind: this.#chosen.kind, paths: [...this.#begun] });
  }
}
