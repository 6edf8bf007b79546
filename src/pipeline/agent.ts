import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { follow } from "../follow/follow.ts";
import { kernelBufferPath } from "../follow/messages/kernel-source.ts";
import { logPaths } from "../follow/log-paths.ts";
import type { SourceStart } from "../follow/messages/source-batch.ts";
import { parseDuration } from "../model/duration.ts";
import { MICROS_PER_MS } from "../model/time-unit.ts";
import { Pipeline } from "../pipeline.ts";
import type { StoreWriter } from "../store/store-writer.ts";
import type { AgentWatch } from "../telemetry/agent-watch.ts";
import { AgentNames } from "./agent-names.ts";
import type { AgentSettings } from "./agent-settings.ts";
import { AgentForwarding } from "./forwarding/agent-forwarding.ts";
import { LogCounting } from "./log-counting.ts";
import { countMessages } from "./message-source.ts";
import { SourceHistory } from "./source-history.ts";

const BATCH_BYTES = 256 * 1024;
/**
 * A transaction ends with this much, or after COMMIT_MS, whichever comes first. Each writes the
 * last denials anew: of an agent that catches up, half as many take a third off the time of its
 * writer.
 */
const COMMIT_BYTES = 64 * 1024 * 1024;
const FIRST_COMMIT_BYTES = 4 * 1024 * 1024;
const COMMIT_MS = 1000;
/** A flood of new flows must not make the tables of the engine large. */
const SESSION_FLOWS_MAX = 49_152;
/** Rounds of the follower: idle, and when the file system hints that there is something. */
const POLL_MS = 1000;
const HINTED_POLL_MS = 250;
/** What it has not read then is for the next start: an end must not take long. */
const LAST_READ_MS = 3000;
/** How often patterns are looked up again. */
const PATTERN_MS = 5000;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 10_000;

/** Follows the node's source of lines and commits what it amounts to, until the signal. */
export class Agent {
  readonly #settings: AgentSettings;
  readonly #writer: StoreWriter;
  readonly #log: Logger;
  readonly #watch: AgentWatch;
  /** Microseconds since the epoch. */
  readonly #now: () => number;
  readonly #pipeline: Pipeline;
  readonly #history: SourceHistory;
  readonly #names: AgentNames;
  readonly #forwarding: AgentForwarding | undefined;
  /** Milliseconds since the epoch. */
  #failedAt = Number.NEGATIVE_INFINITY;
  #retryMs = RETRY_MS_MIN;

  constructor(
    settings: AgentSettings,
    writer: StoreWriter,
    log: Logger,
    now: () => number,
    watch: AgentWatch,
  ) {
    this.#settings = settings;
    this.#writer = writer;
    this.#log = log;
    this.#watch = watch;
    this.#now = now;
    const { counted: onCounted } = watch;
    this.#pipeline = new Pipeline(
      {
        ...settings,
        batchBytes: BATCH_BYTES,
        commitBytes: COMMIT_BYTES,
        firstCommitBytes: FIRST_COMMIT_BYTES,
        sessionFlowsMax: SESSION_FLOWS_MAX,
        onCounted,
        eventsSince: eventsSince(settings, writer.firstStart),
      },
      writer,
    );
    this.#names = new AgentNames(settings, this.#pipeline, log, now);
    const lastTime = Math.max(0, ...writer.sources.map((source) => source.lastTime));
    this.#history = new SourceHistory(settings.choice, writer.notes["source"] ?? "", lastTime, now);
    if (settings.forward.length > 0) {
      this.#forwarding = new AgentForwarding(settings, this.#pipeline, watch.forward, now);
    }
    writer.events = watch.commits;
    writer.onEvent = (event) => {
      if (event.name === "spooled") this.#forwarding?.wake();
      watch.store(event);
    };
    writer.onFailed = (reason) => this.#retryLater(reason);
  }

  /** Resolves when the signal came and all that was read is committed. */
  async run(signal: AbortSignal): Promise<void> {
    const { choice, db, node } = this.#settings;
    const { kind, paths, reason, warnings } = choice;
    this.#log.info({ db, node, pid: process.pid }, "Agent started");
    this.#log.info({ source: kind, paths, reason }, "Source of lines chosen");
    for (const warning of warnings) this.#log.warn(warning);
    const failed = new AbortController();
    const ending = AbortSignal.any([signal, this.#writer.broken, failed.signal]);
    this.#forwarding?.start(() => failed.abort());
    this.#names.look();
    const committing = setInterval(() => this.#commit(), COMMIT_MS);
    try {
      await (kind === "file" ? this.#followAll(ending) : this.#countMessages(kind, ending));
    } finally {
      clearInterval(committing);
    }
    this.#names.look();
    await this.#pipeline.finish();
    await this.#forwarding?.end();
    this.#log.info(this.#pipeline.progress, "Agent stopped, all that was read is committed");
  }

  #commit(): void {
    this.#names.look();
    this.#pipeline.commit();
  }

  /** Logs that a pattern names may appear later. One that fails ends the others. */
  async #followAll(signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const stopped = AbortSignal.any([signal, failed.signal]);
    const patterns = new Map<string, string>();
    const counting = this.#logCounting(patterns);
    const following: Promise<void>[] = [];
    do {
      for (const [path, pattern] of logPaths(this.#settings.choice.paths)) {
        if (patterns.has(path)) continue;
        patterns.set(path, pattern);
        const followed = this.#follow(path, counting, stopped);
        followed.catch(() => failed.abort());
        following.push(followed);
      }
      await sleep(PATTERN_MS, undefined, { signal: stopped }).catch(() => undefined);
    } while (!stopped.aborted);
    await Promise.all(following);
  }

  #logCounting(patterns: ReadonlyMap<string, string>): LogCounting {
    const history = this.#history;
    return new LogCounting({
      settings: this.#settings,
      pipeline: this.#pipeline,
      checkpoints: this.#writer.sources,
      wasRebuilt: this.#writer.wasRebuilt,
      log: this.#log,
      now: this.#now,
      beginning: (path) => history.beginning(patterns.get(path) ?? path),
      note: (path) => history.textWith(patterns.get(path) ?? path),
    });
  }

  async #follow(path: string, counting: LogCounting, signal: AbortSignal): Promise<void> {
    await follow(path, {
      signal,
      events: this.#watch.follow,
      counting,
      buffers: this.#pipeline.buffers,
      pollMs: POLL_MS,
      hintedPollMs: HINTED_POLL_MS,
      lastReadMs: LAST_READ_MS,
      rotateWaitMs: this.#settings.rotateWait * 1000,
      reachesBackTo: counting.reachesBackTo(path),
    });
  }

  async #countMessages(kind: "journald" | "kmsg", signal: AbortSignal): Promise<void> {
    const { follow: watched } = this.#watch;
    const path = kind === "journald" ? undefined : kernelBufferPath;
    // While the kernel is silent there is nothing to tell; the source tries again by itself.
    const beat = setInterval(() => watched.polled(path ?? kind, 0), POLL_MS);
    try {
      await countMessages(this.#pipeline, {
        kind,
        beginning: this.#history.beginning(path),
        first: firstStart(this.#settings.from, this.#now()),
        known: this.#writer.sources,
        node: this.#settings.node,
        signal,
        events: {
          sourceOpened: (name) => watched.fileOpened(name, 0),
          sourceFailed: (name, failure) => watched.fileUnreadable(name, failure),
        },
        note: this.#history.textWith(path),
        now: this.#now,
      });
    } finally {
      clearInterval(beat);
    }
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

/** From when on destinations want each denial; undefined when none does. */
function eventsSince(settings: AgentSettings, firstStart: number): number | undefined {
  if (!settings.forward.some(({ sends }) => sends.events)) return undefined;
  return settings.forwardHistory ? Number.NEGATIVE_INFINITY : firstStart;
}

/** Where the counting of messages begins that were never counted; `from` is the setting. */
function firstStart(from: string, now: number): SourceStart {
  const back = parseDuration(from);
  if (back !== undefined) return { from: "time", time: now - back };
  return from === "end" ? { from: "end", time: now } : { from: "boot" };
}
