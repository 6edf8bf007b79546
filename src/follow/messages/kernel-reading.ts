import type { BatchBuffers } from "../batch-buffers.ts";
import { KernelClock } from "./kernel-clock.ts";
import type { KmsgRecord } from "./kmsg-record.ts";
import { MessageBatch } from "./message-batch.ts";
import type { SourceBatch, SourceStart } from "./source-batch.ts";

export type KernelReadingSettings = {
  readonly start: SourceStart;
  /** Bytes of lines that were counted before. */
  readonly offset: number;
  readonly buffers: BatchBuffers;
  /** As /proc/sys/kernel/random/boot_id says. */
  readonly bootId: string;
  /** The node, for the records do not name it. */
  readonly host: string;
  /** Microseconds since the epoch. */
  readonly now: () => number;
  /** Microseconds since boot. */
  readonly uptime: () => number;
};

/** How far the kernel's buffer is read: every record once, and those that are missing. */
export class KernelReading implements Disposable {
  readonly #settings: KernelReadingSettings;
  readonly #batch: MessageBatch;
  readonly #clock: KernelClock;
  readonly #boot: string;
  /** The next sequence number; undefined where any will do. */
  #next: number | undefined;
  /** What is there already is passed over. */
  #isPassing: boolean;
  /** Time of the last record, microseconds since the epoch. */
  #lastTime = 0;

  constructor(settings: KernelReadingSettings) {
    this.#settings = settings;
    const { start, buffers, offset, now, uptime } = settings;
    this.#batch = new MessageBatch(buffers, offset);
    this.#clock = new KernelClock(now(), uptime());
    this.#boot = settings.bootId.trim();
    this.#isPassing = start.from === "end";
    if (start.from === "cursor") this.#goOn(start.cursor, start.lastTime);
  }

  get isFull(): boolean {
    return this.#batch.isFull;
  }

  /** Where the counting begins, for people. */
  get place(): string {
    const { from } = this.#settings.start;
    return this.#next === undefined ? from : `record ${this.#next}`;
  }

  add({ writer, sequence, uptime, text }: KmsgRecord): void {
    if (this.#next !== undefined && sequence < this.#next) return;
    const { start, host, now } = this.#settings;
    const time = this.#clock.timeOf(uptime, now());
    const missing = this.#next === undefined ? 0 : sequence - this.#next;
    if (missing > 0) this.#lose(missing, time);
    this.#next = sequence + 1;
    this.#lastTime = time;
    if (this.#isPassing || (start.from === "time" && time < start.time)) return;
    this.#batch.add({ writer, time, uptime, host, text }, `${this.#boot}:${sequence}`);
  }

  /** There is no further record at this time. */
  sawEmpty(): void {
    this.#isPassing = false;
    this.#clock.sawEmpty(this.#settings.now());
  }

  take(isLive: boolean): SourceBatch | undefined {
    return this.#batch.take(isLive);
  }

  #goOn(cursor: string, lastTime: number): void {
    const { now, uptime } = this.#settings;
    const [boot, sequence] = cursor.split(":");
    this.#lastTime = lastTime;
    if (boot === this.#boot) {
      this.#next = Number(sequence) + 1;
      return;
    }
    this.#next = 0;
    this.#batch.addLoss({
      reason: "rotated-unread",
      detail: "the machine was started anew: nobody knows what the kernel wrote before",
      ...(lastTime === 0 ? {} : { fromTime: lastTime }),
      toTime: now() - uptime(),
    });
  }

  #lose(lines: number, time: number): void {
    this.#batch.addLoss({
      reason: "overrun",
      lines,
      detail: "the kernel's buffer was overwritten before it was read",
      ...(this.#lastTime === 0 ? {} : { fromTime: this.#lastTime }),
      toTime: time,
    });
  }

  [Symbol.dispose](): void {
    this.#batch[Symbol.dispose]();
  }
}
