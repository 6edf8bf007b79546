import type { Health } from "./health.ts";
import type { SystemdNotifier } from "./systemd.ts";

const CHECK_MS = 500;
/** Messages in the time after which systemd takes the service for dead. */
const WATCHDOG_SHARE = 3;

/** Keeps systemd informed of the health of the agent. */
export class ServiceState implements AsyncDisposable {
  readonly #notifier: SystemdNotifier;
  readonly #health: Health;
  readonly #timers: readonly NodeJS.Timeout[];
  #state: "starting" | "ready" | "reloading" | "stopping" = "starting";
  #status = "";

  constructor(notifier: SystemdNotifier, health: Health, watchdogMs: number | undefined) {
    this.#notifier = notifier;
    this.#health = health;
    const timers = [setInterval(() => this.#check(), CHECK_MS).unref()];
    if (watchdogMs !== undefined) {
      timers.push(setInterval(() => this.#beat(), watchdogMs / WATCHDOG_SHARE).unref());
    }
    this.#timers = timers;
  }

  reloading(): void {
    if (this.#state !== "ready") return;
    this.#state = "reloading";
    void this.#notifier.notify("RELOADING=1");
  }

  /** Resolves when systemd was told. */
  async stopping(): Promise<void> {
    this.#state = "stopping";
    await this.#notifier.notify("STOPPING=1");
  }

  /** What is under way may still fail, and somebody has to be told. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#notifier.settled();
  }

  #check(): void {
    if (this.#state === "stopping" || this.#health.phase !== "running") return;
    const { status, checks } = this.#health.ready();
    const isReady = status === "ok";
    const text = isReady ? "following" : Object.values(checks).find((found) => found !== "ok")!;
    const news = text === this.#status ? [] : [`STATUS=${text.replaceAll(/\s+/g, " ")}`];
    // A service that was ready once has been started: what it waits for later is its status.
    const becomesReady = this.#state === "reloading" || (this.#state === "starting" && isReady);
    if (becomesReady) {
      this.#state = "ready";
      news.push("READY=1");
    }
    this.#status = text;
    if (news.length > 0) void this.#notifier.notify(...news);
  }

  #beat(): void {
    if (this.#health.live().status === "ok") void this.#notifier.notify("WATCHDOG=1");
  }
}
