import type { Loss } from "../../model/counted-batch.ts";
import type { BatchBuffers } from "../batch-buffers.ts";
import { kernelLineBytesMax, type KernelMessage, writeKernelLine } from "./kernel-line.ts";
import type { SourceBatch } from "./source-batch.ts";

/** Gathers messages as lines in a buffer, until it is taken as a batch. */
export class MessageBatch implements Disposable {
  readonly #buffers: BatchBuffers;
  #buffer: Buffer | undefined;
  #end = 0;
  #offset: number;
  #cursor = "";
  #losses: Loss[] = [];

  /** `offset` is that of the first byte, counted over all lines of the source. */
  constructor(buffers: BatchBuffers, offset: number) {
    this.#buffers = buffers;
    this.#offset = offset;
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  /** Whether the next message may not fit. */
  get isFull(): boolean {
    return this.#buffer !== undefined && this.#end + kernelLineBytesMax > this.#buffer.length;
  }

  /** `cursor` says where to go on behind this message. */
  add(message: KernelMessage, cursor: string): void {
    this.#buffer ??= this.#buffers.take();
    this.#end = writeKernelLine(message, this.#buffer, this.#end);
    this.#cursor = cursor;
  }

  /** Something is missing before the next message. */
  addLoss(loss: Omit<Loss, "offset" | "contentHash">): void {
    this.#losses.push({ ...loss, offset: this.#offset + this.#end, contentHash: "" });
  }

  /** What was gathered; undefined when it is nothing. Whoever counts it gives the buffer back. */
  take(isLive: boolean): SourceBatch | undefined {
    const bytes = this.#buffer;
    if (bytes === undefined) return undefined;
    const end = this.#end;
    this.#offset += end;
    const losses = this.#losses;
    this.#buffer = undefined;
    this.#end = 0;
    this.#losses = [];
    const place = { endOffset: this.#offset, readAgain: undefined, cursor: this.#cursor };
    return { batch: { bytes, end, ...place }, isLive, losses };
  }

  [Symbol.dispose](): void {
    if (this.#buffer !== undefined) this.#buffers.give(this.#buffer);
    this.#buffer = undefined;
  }
}
