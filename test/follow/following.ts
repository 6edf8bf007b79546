import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { follow } from "../../src/follow/follow.ts";
import { lineBytesMax } from "../../src/model/limits.ts";
import { CountedLines } from "./counted-lines.ts";
import { CheckedBuffers } from "./checked-buffers.ts";

const BUFFER_BYTES = 2 * lineBytesMax;
const WAIT_MS_MAX = 5000;
const CHECK_MS = 2;
const ROUNDS_TO_SETTLE = 5;

export type FollowingSettings = {
  readonly pollMs?: number;
  readonly rotateWaitMs?: number;
  readonly lastReadMs?: number;
  /** What was counted before this follower began. */
  readonly counted?: CountedLines;
};

/** Follows a file in the background, and keeps what comes of it. */
export class Following implements AsyncDisposable {
  readonly path: string;
  readonly events: string[] = [];
  /** Bytes that were left to read, each time that it was told within a round. */
  readonly lags: number[] = [];
  readonly buffers = new CheckedBuffers(BUFFER_BYTES);
  readonly counting: CountedLines;
  #rounds = 0;
  readonly #end = new AbortController();
  readonly #running: Promise<void>;

  constructor(path: string, settings: FollowingSettings = {}) {
    const { pollMs = 3, rotateWaitMs = 1000, lastReadMs = 60_000 } = settings;
    const { counted = new CountedLines() } = settings;
    this.path = path;
    this.counting = counted;
    this.counting.buffers = this.buffers;
    this.#running = this.#run({ pollMs, rotateWaitMs, lastReadMs });
  }

  async #run(times: {
    readonly pollMs: number;
    readonly rotateWaitMs: number;
    readonly lastReadMs: number;
  }): Promise<void> {
    await follow(this.path, {
      signal: this.#end.signal,
      events: {
        fileUnreadable: (_, reason) => this.events.push(`unreadable: ${reason}`),
        fileOpened: (_, offset) => this.events.push(`opened at ${offset}`),
        fileRotated: () => this.events.push("rotated"),
        fileDrained: () => this.events.push("drained"),
        fileTruncated: () => this.events.push("truncated"),
        polled: () => {
          this.#rounds++;
        },
        behind: (_, lagBytes) => this.lags.push(lagBytes),
      },
      counting: this.counting,
      buffers: this.buffers,
      ...times,
      hintedPollMs: Math.min(times.pollMs, 3),
      reachesBackTo: Number.POSITIVE_INFINITY,
    });
  }

  /** Of all contents, in the order in which they came. */
  get lines(): string[] {
    return this.counting.lines.map(({ text }) => text);
  }

  /** For each line, whether it was said to be live. */
  get live(): boolean[] {
    return this.counting.lines.map(({ isLive }) => isLive);
  }

  get losses(): string[] {
    return this.counting.losses;
  }

  /** Waits until exactly these lines have come. */
  async until(...expected: readonly string[]): Promise<void> {
    await this.#wait(
      () => this.lines.join("\n") === expected.join("\n"),
      () => `Expected ${JSON.stringify(expected)}, got ${JSON.stringify(this.lines)}`,
    );
  }

  async untilCount(count: number): Promise<void> {
    await this.#wait(
      () => this.lines.length >= count,
      () => `Expected ${count} lines, got ${this.lines.length}`,
    );
  }

  /** Waits for as many rounds as it takes to notice what happened before. */
  async settled(): Promise<void> {
    const until = this.#rounds + ROUNDS_TO_SETTLE;
    await this.#wait(
      () => this.#rounds >= until,
      () => `Expected ${until} rounds, got ${this.#rounds}`,
    );
  }

  async untilEvent(name: string): Promise<void> {
    await this.untilCountOf(name, 1);
  }

  countOf(name: string): number {
    return this.events.filter((event) => event.startsWith(name)).length;
  }

  async untilCountOf(name: string, count: number): Promise<void> {
    await this.#wait(
      () => this.countOf(name) >= count,
      () => `Expected ${name}, got ${this.events.join(", ")}`,
    );
  }

  sizeOfCurrent(): number {
    return statSync(this.path).size;
  }

  /** As SIGTERM does: one more round, then the end. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#running;
    expect(this.buffers.out, "buffers that nobody gave back").toBe(0);
  }

  async #wait(isMet: () => boolean, complaint: () => string): Promise<void> {
    const until = Date.now() + WAIT_MS_MAX;
    while (!isMet()) {
      if (Date.now() > until) throw new Error(complaint());
      await sleep(CHECK_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
