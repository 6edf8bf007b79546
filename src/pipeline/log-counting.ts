import type { Logger } from "pino";
import type { Settings } from "../config/settings.ts";
import type { Content } from "../follow/content.ts";
import { ANCHOR_BYTES_MAX, HEAD_BYTES_MAX } from "../follow/fingerprint.ts";
import type { LineBatch } from "../follow/line-batches.ts";
import {
  type ContentStart,
  LinesCountedElsewhere,
  type LineCounting,
} from "../follow/line-counting.ts";
import type { Beginning } from "../follow/source-change.ts";
import { isOfLog } from "../follow/log-family.ts";
import { readRange } from "../follow/recognise.ts";
import type { Checkpoint, Loss } from "../model/counted-batch.ts";
import { parseDuration } from "../model/duration.ts";
import { lineBytesMax } from "../model/limits.ts";
import { emptyBatch, type Pipeline } from "../pipeline.ts";
import type { CountedSource } from "./batch-counter.ts";
import { firstLineSince } from "./first-line-since.ts";

const LF = 0x0a;

export type LogCountingOptions = {
  readonly settings: Pick<Settings, "from" | "timezone">;
  readonly pipeline: Pipeline;
  readonly checkpoints: readonly Checkpoint[];
  readonly log: Logger;
  /** The database before was damaged: all that the logs still hold is counted again. */
  readonly wasRebuilt: boolean;
  /** Microseconds since the epoch. */
  readonly now: () => number;
  /** Where the counting of a log begins that this run has not begun yet. */
  readonly beginning: (log: string) => Beginning;
  /** What to keep for the next run when the counting of a log has begun. */
  readonly note: (log: string) => string;
};

/** Counts what followers find, and keeps how far each content was counted. */
export class LogCounting implements LineCounting<CountedSource> {
  readonly #options: LogCountingOptions;
  /** Newest first, as of the start of their counting. */
  readonly #checkpoints: Checkpoint[];
  readonly #sources = new Map<number, CountedSource>();
  /** Logs of which this run has begun a content. */
  readonly #begun = new Set<string>();

  constructor(options: LogCountingOptions) {
    this.#options = options;
    this.#checkpoints = [...options.checkpoints];
  }

  /** Rotated files that changed since are read on a first start; microseconds since the epoch. */
  reachesBackTo(log: string): number {
    if (this.#options.wasRebuilt) return 0;
    const back = parseDuration(this.#options.settings.from);
    const isFirst = this.#options.beginning(log).start === "first";
    return isFirst && back !== undefined ? this.#options.now() - back : Number.POSITIVE_INFINITY;
  }

  known(log: string): Checkpoint[] {
    // What is there may have been counted from another source: it begins at its end.
    if (this.#newlyChosen(log) !== undefined) return [];
    return this.#all()
      .filter(({ kind }) => kind === "file" || kind === "archive")
      .filter(({ path }) => isOfLog(log, path));
  }

  async begin(start: ContentStart): Promise<CountedSource> {
    const { path, open, place } = start;
    await using content = open();
    const { kind, device, inode } = content;
    let source: CountedSource;
    const notAfter = kind === "archive" ? content.modifiedAt : this.#options.now();
    if (place === undefined) {
      await this.#refuseCopy(start);
      const offset = start.isFirst ? await this.#firstOffset(start) : 0;
      const head = await readRange(open, 0, HEAD_BYTES_MAX);
      const anchorBytes = Math.min(ANCHOR_BYTES_MAX, offset);
      const anchor = await readRange(open, offset - anchorBytes, anchorBytes);
      const place = { path, kind, device, inode };
      const checkpoint = {
        ...this.#options.pipeline.newCheckpoint(place, offset),
        begunAt: start.listedAt,
      };
      source = this.#options.pipeline.startSource({ checkpoint, head, anchor, notAfter });
      this.#checkpoints.unshift(checkpoint);
    } else {
      const checkpoint = { ...place.checkpoint, path, kind, device, inode, isClosed: false };
      source = this.#options.pipeline.startSource({ ...place, checkpoint, notAfter });
    }
    this.#sources.set(source.checkpoint.source, source);
    const changed = this.#newlyChosen(start.log);
    if (changed !== undefined) await this.#closeAll(start.log);
    const { offset } = source.checkpoint;
    const losses = changed === undefined ? [] : [{ ...changed.loss, offset }];
    this.#begun.add(start.log);
    this.#options.pipeline.note("source", this.#options.note(start.log));
    await this.#options.pipeline.count(source, emptyBatch(source), { losses });
    await this.#options.pipeline.finish();
    return source;
  }

  async count(source: CountedSource, batch: LineBatch, isLive: boolean): Promise<void> {
    const now = this.#options.now();
    source.clock.notAfter = now;
    source.clock.live = isLive;
    await this.#options.pipeline.count(source, batch);
  }

  async drain(source: CountedSource, open: () => Content): Promise<void> {
    const { offset, path } = source.checkpoint;
    await using content = open();
    const damage = await this.#options.pipeline.drain(content, source, {
      open,
      onBatch: () => undefined,
    });
    const bytes = source.checkpoint.offset - offset;
    if (bytes > 0) this.#options.log.info({ path, bytes }, "Read the rest of a rotated file");
    if (damage !== undefined)
      this.#options.log.error({ path, reason: damage.reason }, "Archive is damaged");
  }

  async close(source: CountedSource): Promise<void> {
    if (source.checkpoint.isClosed) return;
    source.checkpoint = { ...source.checkpoint, isClosed: true };
    await this.#options.pipeline.count(source, emptyBatch(source));
  }

  async lose(checkpoint: Checkpoint, loss: Loss): Promise<void> {
    const { path, isClosed } = checkpoint;
    const { reason, offset, bytes, detail } = loss;
    this.#options.log.error({ path, reason, offset, bytes, detail }, "Lines are lost");
    const now = this.#sources.get(checkpoint.source)?.checkpoint ?? checkpoint;
    await this.#keep({ ...now, isClosed }, [loss]);
  }

  async beginsLike(open: () => Content, { firstDenials }: Checkpoint): Promise<boolean> {
    if (firstDenials.length === 0) return false;
    await using content = open();
    const first = await this.#options.pipeline.firstDenialsOf(content);
    return first.some((hash) => firstDenials.includes(hash));
  }

  async laterLines(open: () => Content, checkpoint: Checkpoint): Promise<number | undefined> {
    if (!(await this.beginsLike(open, checkpoint))) return undefined;
    await using content = open();
    const { timezone } = this.#options.settings;
    const since = checkpoint.lastTime + 1;
    return await firstLineSince(content, { since, timezone, notAfter: content.modifiedAt });
  }

  /** Keeps what became of a content, here and in the database. */
  async #keep(checkpoint: Checkpoint, losses: readonly Loss[]): Promise<void> {
    const source = this.#sources.get(checkpoint.source);
    const at = this.#checkpoints.findIndex((each) => each.source === checkpoint.source);
    if (source !== undefined) source.checkpoint = checkpoint;
    else if (at >= 0) this.#checkpoints[at] = checkpoint;
    await this.#options.pipeline.keep(checkpoint, losses);
  }

  /** What a log held before its lines were counted from another source is not waited for. */
  async #closeAll(log: string): Promise<void> {
    for (const checkpoint of this.#all()) {
      const { path, isClosed, source } = checkpoint;
      if (isClosed || !isOfLog(log, path) || this.#sources.has(source)) continue;
      await this.#keep({ ...checkpoint, isClosed: true }, []);
    }
  }

  #newlyChosen(log: string): Extract<Beginning, { start: "end" }> | undefined {
    if (this.#begun.has(log)) return undefined;
    const beginning = this.#options.beginning(log);
    return beginning.start === "end" ? beginning : undefined;
  }

  #all(): Checkpoint[] {
    return this.#checkpoints.map(
      (checkpoint) => this.#sources.get(checkpoint.source)?.checkpoint ?? checkpoint,
    );
  }

  /** Debian writes the same lines to syslog and to kern.log: they must not count twice. */
  async #refuseCopy({ log, open }: ContentStart): Promise<void> {
    const others = this.#all().filter(({ path }) => !isOfLog(log, path));
    for (const other of others) {
      if (!(await this.beginsLike(open, other))) continue;
      throw new LinesCountedElsewhere(
        `Cannot count log "${log}": its lines are counted from "${other.path}"; follow one of them`,
      );
    }
  }

  /** Where the counting of a log begins that was never seen before. */
  async #firstOffset({ log, open }: ContentStart): Promise<number> {
    const { from, timezone } = this.#options.settings;
    const isChanged = this.#newlyChosen(log) !== undefined;
    if (this.#options.wasRebuilt || (from === "start" && !isChanged)) return 0;
    await using content = open();
    const back = parseDuration(from);
    if (back !== undefined && !isChanged) {
      const notAfter = content.modifiedAt;
      const since = this.#options.now() - back;
      return await firstLineSince(content, { since, timezone, notAfter });
    }
    const start = Math.max(0, content.diskBytes - lineBytesMax);
    return start + (await readRange(open, start, lineBytesMax)).lastIndexOf(LF) + 1;
  }
}
