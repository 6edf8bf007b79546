import { lineBytesMax } from "../model/limits.ts";
import type { Lag } from "./lag.ts";

/** Without a sign of life for so long, a part of the agent is taken for dead. */
export const silenceMsMax = 30_000;
/** Paths of which it is known whether they can be read. */
const PATHS_MAX = 1000;
const WAITING_SHOWN_MAX = 5;

export type HealthReport = {
  readonly status: "ok" | "failed";
  /** What each check found: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
};

/** What the agent is doing. Only while it runs, the follower is expected to make rounds. */
export type Phase = "starting" | "running" | "reloading" | "stopping";

export type HealthClock = {
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
  readonly lag: Lag;
  /** Says more of a path that cannot be read. */
  readonly whyUnreadable: (path: string) => string | undefined;
};

/** Whether the agent lives, and whether it does its work: told by signs of life of its parts. */
export class Health {
  readonly #clock: HealthClock;
  #phase: Phase = "starting";
  #beatAt: number;
  /** The last round of the follower, or anything else that only a living follower brings about. */
  #followedAt: number;
  #committedAt: number;
  /** Since when the store owes an answer. */
  #waitingSince: number | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  /** Why the last commit failed; undefined when it did not. */
  #failure: string | undefined;
  /** Why each path cannot be read; undefined for those that can. */
  readonly #paths = new Map<string, string | undefined>();

  constructor(clock: HealthClock) {
    this.#clock = clock;
    this.#beatAt = clock.now();
    this.#followedAt = this.#beatAt;
    this.#committedAt = this.#beatAt;
  }

  get phase(): Phase {
    return this.#phase;
  }

  enter(phase: Phase): void {
    this.#phase = phase;
    if (phase !== "running") return;
    this.#followedAt = this.#clock.now();
    this.#committedAt = this.#followedAt;
    this.#waitingSince = undefined;
    this.#failure = undefined;
    this.#paths.clear();
    this.#clock.lag.clear();
  }

  beat(): void {
    this.#beatAt = this.#clock.now();
  }

  roundEnded(): void {
    this.#followedAt = this.#clock.now();
  }

  batchCounted(): void {
    this.#followedAt = this.#clock.now();
    this.#waitingSince ??= this.#followedAt;
  }

  committed(waiting: number): void {
    this.#committedAt = this.#clock.now();
    this.#waitingSince = waiting === 0 ? undefined : this.#committedAt;
    this.#failure = undefined;
  }

  commitFailed(reason: string): void {
    this.#failedAt = this.#clock.now();
    this.#failure = reason;
  }

  /** `reason` is undefined for a path that can be read. */
  pathFound(path: string, reason: string | undefined): void {
    this.#paths.set(path, reason);
    const [oldest] = this.#paths.keys();
    if (this.#paths.size > PATHS_MAX && oldest !== undefined) this.#paths.delete(oldest);
  }

  /** Whether all parts of the agent are alive. What a restart cannot mend is no death. */
  live(): HealthReport {
    return report({
      eventLoop: this.#silence("no beat", this.#beatAt),
      follower: this.#followerFault() ?? "ok",
      commits: this.#commitsFault() ?? "ok",
    });
  }

  /** Whether lines can be read, and what was read is kept. */
  ready(): HealthReport {
    const phase = this.#phase;
    if (phase !== "running") return report({ agent: phase });
    const paths = [...this.#paths];
    const waiting = paths.flatMap(([path, reason]) =>
      reason === undefined ? [] : [`${path}: ${this.#clock.whyUnreadable(path) ?? reason}`],
    );
    const isReadable = waiting.length < paths.length;
    const shown = waiting.slice(0, WAITING_SHOWN_MAX).join("; ");
    const source = waiting.length === 0 ? "no log was opened yet" : `waiting for ${shown}`;
    const failure = this.#failure;
    return report({
      source: isReadable ? "ok" : source,
      commits: failure === undefined ? "ok" : `the last commit failed: ${failure}`,
    });
  }

  /** A follower whose batches are refused waits for the store, and is not expected to go on. */
  #followerFault(): string | undefined {
    if (this.#phase === "starting") return undefined;
    const silence = this.#silence("no round", Math.max(this.#followedAt, this.#failedAt));
    return silence === "ok" ? undefined : silence;
  }

  /** A store that says that it cannot commit is alive: the disk is full, for example. */
  #commitsFault(): string | undefined {
    const { lag, now } = this.#clock;
    const answeredAt = Math.max(this.#committedAt, this.#failedAt);
    if (this.#phase === "starting" || now() - answeredAt <= silenceMsMax) return undefined;
    const since = this.#waitingSince;
    if (since !== undefined && now() - since > silenceMsMax) {
      return `the store has not answered for ${secondsOf(now() - since)} s`;
    }
    // Less than the longest line may be a line that nobody has ended yet.
    const { bytes, seconds } = lag;
    const isBehind = bytes > lineBytesMax && seconds * 1000 > silenceMsMax;
    if (!isBehind || [...this.#paths.values()].some((reason) => reason !== undefined)) {
      return undefined;
    }
    return `${bytes} bytes are not read, and no commit for ${secondsOf(now() - answeredAt)} s`;
  }

  #silence(what: string, since: number): string {
    const ms = this.#clock.now() - since;
    return ms <= silenceMsMax ? "ok" : `${what} for ${secondsOf(ms)} s`;
  }
}

function report(checks: Readonly<Record<string, string>>): HealthReport {
  const isOk = Object.values(checks).every((found) => found === "ok");
  return { status: isOk ? "ok" : "failed", checks };
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}
