import { readBootId } from "../follow/messages/boot-id.ts";
import type { ChosenSource } from "../follow/choose-source.ts";
import { followJournal, journalName } from "../follow/messages/journal-source.ts";
import { systemUptime } from "../follow/messages/kernel-clock.ts";
import { followKernelBuffer, kernelBufferPath } from "../follow/messages/kernel-source.ts";
import type { SourceBatch, SourceEvents, SourceStart } from "../follow/messages/source-batch.ts";
import type { Beginning } from "../follow/source-change.ts";
import type { Checkpoint } from "../model/counted-batch.ts";
import type { Pipeline } from "../pipeline.ts";

/** At most four batches a second while little comes. */
const GATHER_MS = 250;
const RETRY_MS_MIN = 500;

export type MessageSourceOptions = {
  readonly kind: Exclude<ChosenSource["kind"], "file">;
  readonly beginning: Beginning;
  /** Where to begin in a source that was never read. */
  readonly first: SourceStart;
  readonly known: readonly Checkpoint[];
  readonly node: string;
  readonly signal: AbortSignal;
  readonly events: SourceEvents;
  /** Kept for the next run when the counting begins. */
  readonly note: string;
  /** Microseconds since the epoch. */
  readonly now: () => number;
  /** Further arguments of journalctl. */
  readonly journalParameters?: readonly string[];
};

/** Counts what journald or the kernel's buffer hands over, until the signal. */
export async function countMessages(
  pipeline: Pipeline,
  options: MessageSourceOptions,
): Promise<void> {
  const { kind, beginning, known, now } = options;
  const path = kind === "journald" ? journalName : kernelBufferPath;
  const before = known.find((checkpoint) => checkpoint.kind === kind);
  const identity = { path, kind, device: 0, inode: 0 };
  const checkpoint: Checkpoint = before ?? pipeline.newCheckpoint(identity, 0);
  const time = now();
  const isChanged = beginning.start === "end";
  // A run that begins at the end and counts nothing leaves that time for the next one.
  const place = isChanged ? { ...checkpoint, cursor: "", lastTime: time } : checkpoint;
  const none = Buffer.alloc(0);
  const source = pipeline.startSource({
    checkpoint: place,
    head: none,
    anchor: none,
    notAfter: time,
  });
  const start: SourceStart = isChanged ? { from: "end", time } : startOf(before, options.first);
  pipeline.note("source", options.note);
  if (isChanged) {
    const { offset } = place;
    const empty = { bytes: none, end: 0, endOffset: offset, readAgain: undefined, cursor: "" };
    await pipeline.count(source, empty, { losses: [{ ...beginning.loss, offset }] });
  }
  for await (const { batch, isLive, losses } of batchesOf(pipeline, start, place.offset, options)) {
    source.clock.notAfter = now();
    source.clock.live = isLive;
    await pipeline.count(source, batch, losses.length === 0 ? {} : { losses });
  }
}

function startOf(before: Checkpoint | undefined, first: SourceStart): SourceStart {
  if (before === undefined) return first;
  const { cursor, lastTime } = before;
  return cursor === "" ? { from: "time", time: lastTime } : { from: "cursor", cursor, lastTime };
}

function batchesOf(
  { buffers }: Pipeline,
  start: SourceStart,
  offset: number,
  { kind, node, signal, events, now, journalParameters = [] }: MessageSourceOptions,
): AsyncGenerator<SourceBatch> {
  const shared = { start, offset, signal, events, buffers, retryMsMin: RETRY_MS_MIN };
  const bootId = readBootId();
  if (kind === "journald") {
    return followJournal({ ...shared, bootId, gatherMs: GATHER_MS, parameters: journalParameters });
  }
  const clocks = { now, uptime: systemUptime };
  return followKernelBuffer({ ...shared, ...clocks, bootId, host: node, pollMs: GATHER_MS });
}
