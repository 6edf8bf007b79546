import { BackOff, wait } from "./back-off.ts";
import { KernelBuffer } from "./kernel-buffer.ts";
import { KernelReading, type KernelReadingSettings } from "./kernel-reading.ts";
import type { SourceBatch, SourceEvents } from "./source-batch.ts";

export const kernelBufferPath = "/dev/kmsg";
export const kernelBufferNeeds =
  "it needs the device, and CAP_SYSLOG where sysctl kernel.dmesg_restrict is 1";
const RETRY_MS_MAX = 30_000;

export type KernelBufferOptions = KernelReadingSettings & {
  readonly signal: AbortSignal;
  readonly events: SourceEvents;
  readonly pollMs: number;
  readonly retryMsMin: number;
  readonly path?: string;
};

/**
 * What the kernel wrote, straight from its buffer: batches of lines until the signal, each record
 * once. Records have numbers, so it is known how many were overwritten before they were read.
 */
export async function* followKernelBuffer(
  options: KernelBufferOptions,
): AsyncGenerator<SourceBatch> {
  const { signal, events, path = kernelBufferPath } = options;
  const backOff = new BackOff(options.retryMsMin, RETRY_MS_MAX);
  using reading = new KernelReading(options);
  while (true) {
    try {
      using buffer = new KernelBuffer(path);
      const { place } = reading;
      backOff.reset();
      // Told when the end was met first: who begins there counts what is written from then on.
      yield* readAll(buffer, reading, options, () => events.sourceOpened(path, place));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      const retryMs = backOff.next();
      const reason = `Cannot read ${path}: ${(error as Error).message}; ${kernelBufferNeeds}`;
      events.sourceFailed(path, reason, retryMs);
      if (signal.aborted) return;
      await wait(retryMs, signal);
    }
  }
}

async function* readAll(
  buffer: KernelBuffer,
  reading: KernelReading,
  { signal, pollMs }: KernelBufferOptions,
  opened: () => void,
): AsyncGenerator<SourceBatch> {
  let isLive = false;
  while (true) {
    // What is there when the signal comes is still counted.
    const isLastRound = signal.aborted;
    for (let record = buffer.read(); record !== undefined; record = buffer.read()) {
      reading.add(record);
      if (reading.isFull) yield reading.take(isLive)!;
    }
    reading.sawEmpty();
    if (!isLive) opened();
    const batch = reading.take(isLive);
    if (batch !== undefined) yield batch;
    if (isLastRound) return;
    isLive = true;
    await wait(pollMs, signal);
  }
}
