import type { Checkpoint, Loss } from "../model/counted-batch.ts";
import { MICROS_PER_MS } from "../model/time-unit.ts";
import type { LineCounting } from "./line-counting.ts";
import type { LogFile } from "./log-family.ts";
import type { Unread } from "./unread-files.ts";

type Amount = Pick<Loss, "bytes">;

/** Enters what a follower finds missing into the loss ledger, each gap once. */
export class Ledger {
  readonly #counting: Pick<LineCounting<never>, "lose" | "known">;
  readonly #entered = new Set<string>();

  constructor(counting: Pick<LineCounting<never>, "lose" | "known">) {
    this.#counting = counting;
  }

  /** Nobody knows how much was written between the copy and the truncation. */
  async copied(copied: Unread["copied"]): Promise<void> {
    if (copied === undefined) return;
    await this.#enter(copied.checkpoint, "truncated", `after it was copied to ${copied.to}`);
  }

  async truncated(checkpoint: Checkpoint, detail: string): Promise<void> {
    await this.#enter({ ...checkpoint, isClosed: true }, "truncated", detail);
  }

  async rewritten(checkpoint: Checkpoint, goesOnAt: number): Promise<void> {
    const detail = `counting goes on at byte ${goesOnAt} of what is there now`;
    await this.#enter(checkpoint, "rewritten", detail);
  }

  async gone(checkpoint: Checkpoint): Promise<void> {
    const { source, offset } = checkpoint;
    if ([...this.#entered].some((key) => key.startsWith(`${source} ${offset} `))) return;
    const gone = { ...checkpoint, isClosed: true };
    await this.#enter(gone, "rotated-unread", "its content is in no file of the log");
  }

  /** A file of the past that cannot be read. */
  async unreadable(log: string, file: LogFile, reason: string): Promise<void> {
    const [latest] = this.#counting.known(log);
    if (latest === undefined) return;
    await this.#enter(latest, "unreadable", reason, { bytes: file.size });
  }

  async #enter(
    checkpoint: Checkpoint,
    reason: Loss["reason"],
    detail: string,
    amount: Amount = {},
  ): Promise<void> {
    const { source, offset, lastTime } = checkpoint;
    const key = `${source} ${offset} ${reason} ${detail}`;
    if (this.#entered.has(key)) return;
    this.#entered.add(key);
    await this.#counting.lose(checkpoint, {
      reason,
      offset,
      detail,
      contentHash: "",
      toTime: Date.now() * MICROS_PER_MS,
      ...(lastTime === 0 ? {} : { fromTime: lastTime }),
      ...amount,
    });
  }
}
