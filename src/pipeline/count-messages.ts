import type { SourceBatch, SourceStart } from "../follow/source-batch.ts";
import { parseDuration } from "../model/duration.ts";
import type { Checkpoint, Loss } from "../model/counted-batch.ts";
import { emptyBatch, type Pipeline } from "../pipeline.ts";
import type { Beginning } from "../follow/source-change.ts";
import type { CountedSource } from "./batch-counter.ts";

export type MessageSource = {
  readonly kind: "journald" | "kmsg";
  readonly path: string;
  readonly beginning: Beginning;
  /** One of agentStarts, or a duration. */
  readonly from: string;
  /** To be kept when the counting has begun. */
  readonly note: string;
};

/** Counts messages of a source that has no file, from its checkpoint on. */
export class MessageCounting {
  readonly source: CountedSource;
  readonly start: SourceStart;
  readonly #pipeline: Pipeline;
  readonly #now: () => number;
  readonly #settings: MessageSource;

  constructor(
    settings: MessageSource,
    checkpoints: readonly Checkpoint[],
    pipeline: Pipeline,
    now: () => number,
  ) {
    const { kind, path, beginning } = settings;
    const known = checkpoints.find((each) => each.kind === kind && each.cursor !== "");
    const checkpoint = known ?? pipeline.newCheckpoint({ path, kind, device: 0, inode: 0 }, 0);
    const none = Buffer.alloc(0);
    this.#settings = settings;
    this.#pipeline = pipeline;
    this.#now = now;
    this.source = pipeline.startSource({ checkpoint, head: none, anchor: none, notAfter: now() });
    this.start = startOf(beginning, known, settings.from, now());
  }

  /** Resolves when it is durable that the counting has begun. */
  async begin(): Promise<void> {
    const { beginning, note } = this.#settings;
    const { offset } = this.source.checkpoint;
    const losses: Loss[] = beginning.start === "end" ? [{ ...beginning.loss, offset }] : [];
    this.#pipeline.note("source", note);
    await this.#pipeline.count(this.source, emptyBatch(this.source), { losses });
    await this.#pipeline.finish();
  }

  async count({ batch, isLive, losses }: SourceBatch): Promise<void> {
    this.source.clock.notAfter = this.#now();
    this.source.clock.live = isLive;
    await this.#pipeline.count(this.source, batch, losses.length === 0 ? {} : { losses });
  }
}

function startOf(
  beginning: Beginning,
  known: Checkpoint | undefined,
  from: string,
  now: number,
): SourceStart {
  if (beginning.start === "end") return { from: "end", time: now };
  if (known !== undefined) {
    return { from: "cursor", cursor: known.cursor, lastTime: known.lastTime };
  }
  const back = parseDuration(from);
  if (back !== undefined) return { from: "time", time: now - back };
  return from === "end" ? { from: "end", time: now } : { from: "boot" };
}
