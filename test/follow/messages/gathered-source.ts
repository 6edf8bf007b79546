import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { SourceBatch, SourceEvents } from "../../../src/follow/messages/source-batch.ts";
import { lineBytesMax } from "../../../src/model/limits.ts";
import type { Loss } from "../../../src/model/counted-batch.ts";
import { CheckedBuffers } from "../checked-buffers.ts";

const BUFFER_BYTES = 2 * lineBytesMax;
const WAIT_MS_MAX = 20_000;
const CHECK_MS = 2;

export type GivenToSource = {
  readonly signal: AbortSignal;
  readonly events: SourceEvents;
  readonly buffers: CheckedBuffers;
};

/** Reads a source of lines in the background, and keeps what comes of it. */
export class GatheredSource implements AsyncDisposable {
  readonly lines: string[] = [];
  /** For each line, whether it was said to be live. */
  readonly live: boolean[] = [];
  readonly losses: Loss[] = [];
  readonly events: string[] = [];
  readonly buffers = new CheckedBuffers(BUFFER_BYTES);
  cursor = "";
  #held: Promise<void> = Promise.resolve();
  readonly #end = new AbortController();
  readonly #running: Promise<void>;

  constructor(follow: (given: GivenToSource) => AsyncGenerator<SourceBatch>) {
    const events = {
      sourceOpened: (_: string, start: string) => void this.events.push(`opened: ${start}`),
      sourceFailed: (_: string, reason: string) => void this.events.push(`failed: ${reason}`),
    };
    const { buffers } = this;
    this.#running = this.#run(follow({ signal: this.#end.signal, events, buffers }));
  }

  async #run(batches: AsyncGenerator<SourceBatch>): Promise<void> {
    let offset = 0;
    for await (const { batch, isLive, losses } of batches) {
      const text = batch.bytes.toString("latin1", 0, batch.end);
      this.buffers.give(batch.bytes);
      offset += batch.end;
      expect(batch.endOffset).toBe(offset);
      expect(text.endsWith("\n")).toBe(true);
      this.cursor = batch.cursor!;
      this.losses.push(...losses);
      for (const line of text.slice(0, -1).split("\n")) {
        this.lines.push(line);
        this.live.push(isLive);
      }
      await this.#held;
    }
  }

  /** From the next batch on, counting one takes until the function is called that this gives. */
  holdBack(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return resolve;
  }

  /** What stands behind the tag, and the uptime if there is one, of lines that have `mark`. */
  messages(mark = ""): string[] {
    return this.lines
      .map((line) => line.replace(/^\S+ \S+ \S+: (\[ *\d+\.\d{6}\] )?/, ""))
      .filter((message) => message.includes(mark));
  }

  async until(isMet: () => boolean, what = "lines"): Promise<void> {
    const until = Date.now() + WAIT_MS_MAX;
    while (!isMet()) {
      if (Date.now() > until) {
        const got = [...this.events, ...this.lines.slice(-5)].join("\n");
        throw new Error(`Expected ${what}, got ${got}`);
      }
      await sleep(CHECK_MS);
    }
  }

  async untilCount(count: number, mark = ""): Promise<void> {
    await this.until(() => this.messages(mark).length >= count, `${count} lines`);
  }

  async end(): Promise<void> {
    this.#end.abort();
    await this.#running;
    expect(this.buffers.out, "buffers that nobody gave back").toBe(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
