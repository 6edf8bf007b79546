import type { Logger } from "pino";
import type { SourceProgress } from "../model/counted-batch.ts";
import { Repeats } from "./repeats.ts";

const HOUR_MS = 3_600_000;

/** Logs what kernel and daemons say is lost: each kind of each source once an hour. */
export class LossLog implements Disposable {
  readonly #log: Logger;
  readonly #repeats: Repeats;

  constructor(log: Logger, onLeftOut: () => void, ms = HOUR_MS) {
    this.#log = log;
    this.#repeats = new Repeats(onLeftOut, ms);
  }

  counted({ losses, checkpoint: { path } }: SourceProgress): void {
    for (const { reason, lines, detail } of losses) {
      if (reason !== "reported") continue;
      this.#repeats.pass(`${path} ${detail}`, (leftOut) => {
        const more = leftOut === 0 ? {} : { leftOut };
        this.#log.warn({ path, lines, detail, ...more }, "The log says that lines are lost");
      });
    }
  }

  [Symbol.dispose](): void {
    this.#repeats[Symbol.dispose]();
  }
}
