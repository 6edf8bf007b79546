import type { Health, HealthReport } from "./health.ts";

const TICK_MS = 1000;
/** How long the agent may stay dead before its process ends itself. */
export const livenessMsMax = 30_000;

/**
 * Beats for the event loop, and tells when the agent stays dead. It counts its own ticks, so a
 * machine or a process that was suspended gets all of the time to show that it lives.
 */
export class Watchdog implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #health: Health;
  readonly #onDead: (report: HealthReport) => void;
  readonly #tickMs: number;
  readonly #msMax: number;
  #deadMs = 0;

  constructor(
    health: Health,
    onDead: (report: HealthReport) => void,
    { tickMs = TICK_MS, msMax = livenessMsMax } = {},
  ) {
    this.#health = health;
    this.#onDead = onDead;
    this.#tickMs = tickMs;
    this.#msMax = msMax;
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#health.beat();
    const report = this.#health.live();
    this.#deadMs = report.status === "ok" ? 0 : this.#deadMs + this.#tickMs;
    if (this.#deadMs < this.#msMax) return;
    this.#deadMs = 0;
    this.#onDead(report);
  }
}
