import { setTimeout as sleep } from "node:timers/promises";
import type { BatchBuffers } from "./batch-buffers.ts";
import type { FollowEvents } from "./events.ts";
import { FollowedFile } from "./followed-file.ts";
import type { LineBatch } from "./line-batches.ts";

export type FollowOptions = {
  readonly signal: AbortSignal;
  readonly events: FollowEvents;
  readonly buffers: BatchBuffers;
  /** Seeks a file that was just opened to where its counting begins. */
  readonly begin: (file: FollowedFile) => Promise<void>;
  readonly pollMs: number;
  /** How long a renamed file must be quiet before it is closed: its writer may not know yet. */
  readonly rotateWaitMs: number;
};

export type FollowedBatch = {
  readonly file: FollowedFile;
  readonly batch: LineBatch;
  /** The end of the file had been reached before: these lines were written just now. */
  readonly isLive: boolean;
};

type Generation = { readonly file: FollowedFile; grewAt: number; isLive: boolean };

/**
 * Follows a path: batches of whole lines, as they are written, until the signal. A file that was
 * renamed is kept open and read first, so that lines written to it late are not lost and come
 * before those of its successor.
 */
export async function* follow(path: string, options: FollowOptions): AsyncGenerator<FollowedBatch> {
  const { signal, events, pollMs } = options;
  /** Oldest first; the last is what the path leads to. */
  let generations: Generation[] = [];
  let complaint: string | undefined;
  try {
    while (true) {
      const isLastRound = signal.aborted;
      const current = generations.at(-1);
      if (current === undefined || !current.file.isCurrent()) {
        const opened = await open(path, options);
        if (opened instanceof FollowedFile) {
          if (current !== undefined) events.fileRotated(path);
          events.fileOpened(path, opened.offset);
          generations.push({ file: opened, grewAt: Date.now(), isLive: false });
          complaint = undefined;
        } else if (complaint !== opened) {
          complaint = opened;
          events.fileUnreadable(path, opened);
        }
      }
      yield* readAll(generations, options);
      generations = closeQuiet(generations, options);
      events.polled(path, lagOf(generations));
      if (isLastRound) return;
      // Woken at once by the signal, for one more round: what is there now is still counted.
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    for (const { file } of generations) file[Symbol.dispose]();
  }
}

function lagOf(generations: readonly Generation[]): number {
  return generations.reduce((bytes, { file }) => bytes + Math.max(0, file.size - file.offset), 0);
}

/** The file that the path leads to, or why there is none. */
async function open(path: string, { begin }: FollowOptions): Promise<FollowedFile | string> {
  let file: FollowedFile;
  try {
    file = new FollowedFile(path);
  } catch (error) {
    return (error as Error).message;
  }
  await begin(file);
  return file;
}

async function* readAll(
  generations: readonly Generation[],
  { buffers, events, begin }: FollowOptions,
): AsyncGenerator<FollowedBatch> {
  for (const generation of generations) {
    const { file } = generation;
    if (file.size < file.offset) {
      events.fileTruncated(file.path);
      await begin(file);
    }
    while (file.size > file.offset) {
      const buffer = buffers.take();
      const batch = file.read(buffer);
      if (batch === undefined) {
        buffers.give(buffer);
        break;
      }
      generation.grewAt = Date.now();
      yield { file, batch, isLive: generation.isLive };
    }
    generation.isLive = true;
  }
}

function closeQuiet(
  generations: readonly Generation[],
  { rotateWaitMs, events }: FollowOptions,
): Generation[] {
  const current = generations.at(-1);
  return generations.filter((generation) => {
    if (generation === current || Date.now() - generation.grewAt < rotateWaitMs) return true;
    events.fileDrained(generation.file.path);
    generation.file[Symbol.dispose]();
    return false;
  });
}
