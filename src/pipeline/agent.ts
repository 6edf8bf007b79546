import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Settings } from "../config/settings.ts";
import type { FollowEvents } from "../follow/events.ts";
import { follow } from "../follow/follow.ts";
import { logPaths } from "../follow/log-paths.ts";
import { Pipeline } from "../pipeline.ts";
import type { StoreWriter } from "../store/store-writer.ts";
import { LogCounting } from "./log-counting.ts";

const BATCH_BYTES = 256 * 1024;
/** A transaction ends with this much, or after COMMIT_MS, whichever comes first. */
const COMMIT_BYTES = 8 * 1024 * 1024;
const COMMIT_MS = 1000;
/** Rounds of the follower: idle, and when the file system hints that there is something. */
const POLL_MS = 1000;
const HINTED_POLL_MS = 250;
/** How often patterns are looked up again. */
const PATTERN_MS = 5000;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 10_000;
const MICROS_PER_MS = 1000;

export type AgentSettings = Settings & { readonly node: string };

/** Follows the node's logs and commits what they amount to, until the signal. */
export class Agent {
  readonly #settings: AgentSettings;
  readonly #writer: StoreWriter;
  readonly #log: Logger;
  readonly #events: FollowEvents;
  readonly #now: () => number;
  readonly #pipeline: Pipeline;
  readonly #counting: LogCounting;
  /** Milliseconds since the epoch. */
  #failedAt = Number.NEGATIVE_INFINITY;
  #retryMs = RETRY_MS_MIN;

  /** `now` gives microseconds since the epoch. */
  constructor(
    settings: AgentSettings,
    writer: StoreWriter,
    log: Logger,
    events: FollowEvents,
    now: () => number,
  ) {
    this.#settings = settings;
    this.#writer = writer;
    this.#log = log;
    this.#events = events;
    this.#now = now;
    this.#pipeline = new Pipeline(
      { ...settings, batchBytes: BATCH_BYTES, commitBytes: COMMIT_BYTES },
      writer,
    );
    this.#counting = new LogCounting(settings, this.#pipeline, writer.sources, log, now);
    writer.onFailed = (reason) => this.#retryLater(reason);
  }

  /** Resolves when the signal came and all that was read is committed. */
  async run(signal: AbortSignal): Promise<void> {
    const { files, db, node } = this.#settings;
    this.#log.info({ files, db, node, pid: process.pid }, "Agent started");
    const committing = setInterval(() => this.#pipeline.commit(), COMMIT_MS);
    try {
      await this.#followAll(signal);
    } finally {
      clearInterval(committing);
    }
    await this.#pipeline.finish();
    this.#log.info(this.#pipeline.progress, "Agent stopped, all that was read is committed");
  }

  /** Logs that a pattern names may appear later. One that fails ends the others. */
  async #followAll(signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const stopped = AbortSignal.any([signal, failed.signal]);
    const followed = new Map<string, Promise<void>>();
    do {
      for (const path of logPaths(this.#settings.files)) {
        if (followed.has(path)) continue;
        const following = this.#follow(path, stopped);
        following.catch(() => failed.abort());
        followed.set(path, following);
      }
      await sleep(PATTERN_MS, undefined, { signal: stopped }).catch(() => undefined);
    } while (!stopped.aborted);
    await Promise.all(followed.values());
  }

  async #follow(path: string, signal: AbortSignal): Promise<void> {
    await follow(path, {
      signal,
      events: this.#events,
      counting: this.#counting,
      buffers: this.#pipeline.buffers,
      pollMs: POLL_MS,
      hintedPollMs: HINTED_POLL_MS,
      rotateWaitMs: this.#settings.rotateWait * 1000,
      reachesBackTo: this.#counting.reachesBackTo,
    });
  }

  /** Tries again until the store takes it: the log waits, and nothing is lost meanwhile. */
  #retryLater(reason: string): void {
    const now = this.#now() / MICROS_PER_MS;
    const isNew = now - this.#failedAt > 2 * RETRY_MS_MAX;
    this.#retryMs = isNew ? RETRY_MS_MIN : Math.min(this.#retryMs * 2, RETRY_MS_MAX);
    this.#failedAt = now;
    this.#log.error({ reason, retryMs: this.#retryMs }, "Commit failed");
    setTimeout(() => this.#writer.retry(), this.#retryMs);
  }
}
