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
import { isOfLog } from "../follow/log-family.ts";
import { readRange } from "../follow/recognise.ts";
import type { Checkpoint, Loss } from "../model/counted-batch.ts";
import { parseDuration } from "../model/duration.ts";
import { lineBytesMax } from "../model/limits.ts";
import { emptyBatch, type Pipeline } from "../pipeline.ts";
import type { CountedSource } from "./batch-counter.ts";
import { firstLineSince } from "./first-line-since.ts";

const LF = 0x0a;

type CountingSettings = Pick<Settings, "from" | "timezone">;

/** Counts what followers find, and keeps how far each content was counted. */
export class LogCounting implements LineCounting<CountedSource> {
  /** Rotated files that changed since are read on a first start; microseconds. */
  readonly reachesBackTo: number;
  readonly #settings: CountingSettings;
  readonly #pipeline: Pipeline;
  readonly #log: Logger;
  readonly #now: () => number;
  /** Newest first, as of the start of their counting. */
  readonly #checkpoints: Checkpoint[];
  readonly #sources = new Map<number, CountedSource>();

  constructor(
    settings: CountingSettings,
    pipeline: Pipeline,
    checkpoints: readonly Checkpoint[],
    log: Logger,
    now: () => number,
  ) {
    const back = parseDuration(settings.from);
    this.reachesBackTo = back === undefined ? Number.POSITIVE_INFINITY : now() - back;
    this.#settings = settings;
    this.#pipeline = pipeline;
    this.#log = log;
    this.#now = now;
    this.#checkpoints = [...checkpoints];
  }

  known(log: string): Checkpoint[] {
    return this.#all()
      .filter(({ kind }) => kind === "file" || kind === "archive")
      .filter(({ path }) => isOfLog(log, path));
  }

  async begin(start: ContentStart): Promise<CountedSource> {
    const { path, open, place } = start;
    await using content = open();
    const { kind, device, inode } = content;
    let source: CountedSource;
    const notAfter = kind === "archive" ? content.modifiedAt : this.#now();
    if (place === undefined) {
      await this.#refuseCopy(start);
      const offset = start.isFirst ? await this.#firstOffset(open) : 0;
      const head = await readRange(open, 0, HEAD_BYTES_MAX);
      const anchorBytes = Math.min(ANCHOR_BYTES_MAX, offset);
      const anchor = await readRange(open, offset - anchorBytes, anchorBytes);
      const place = { path, kind, device, inode };
      const checkpoint = { ...this.#pipeline.newCheckpoint(place, offset), updatedAt: this.#now() };
      source = this.#pipeline.startSource({ checkpoint, head, anchor, notAfter });
      this.#checkpoints.unshift(checkpoint);
    } else {
      const checkpoint = { ...place.checkpoint, path, kind, device, inode };
      source = this.#pipeline.startSource({ ...place, checkpoint, notAfter });
    }
    this.#sources.set(source.checkpoint.source, source);
    await this.#pipeline.count(source, emptyBatch(source));
    await this.#pipeline.finish();
    return source;
  }

  async count(source: CountedSource, batch: LineBatch, isLive: boolean): Promise<void> {
    const now = this.#now();
    source.clock.notAfter = now;
    source.clock.live = isLive;
    source.checkpoint = { ...source.checkpoint, updatedAt: now };
    await this.#pipeline.count(source, batch);
  }

  async drain(source: CountedSource, open: () => Content): Promise<void> {
    const { offset, path } = source.checkpoint;
    await using content = open();
    const damage = await this.#pipeline.drain(content, source, { open, onBatch: () => undefined });
    const bytes = source.checkpoint.offset - offset;
    if (bytes > 0) this.#log.info({ path, bytes }, "Read the rest of a rotated file");
    if (damage !== undefined)
      this.#log.error({ path, reason: damage.reason }, "Archive is damaged");
  }

  async lose(checkpoint: Checkpoint, loss: Loss): Promise<void> {
    const { path } = checkpoint;
    const { reason, offset, bytes, detail } = loss;
    this.#log.error({ path, reason, offset, bytes, detail }, "Lines are lost");
    const now = this.#sources.get(checkpoint.source)?.checkpoint ?? checkpoint;
    await this.#pipeline.lose(now, [loss]);
  }

  async beginsLike(open: () => Content, { firstDenials }: Checkpoint): Promise<boolean> {
    if (firstDenials.length === 0) return false;
    await using content = open();
    const first = await this.#pipeline.firstDenialsOf(content);
    return first.some((hash) => firstDenials.includes(hash));
  }

  async laterLines(open: () => Content, checkpoint: Checkpoint): Promise<number | undefined> {
    if (!(await this.beginsLike(open, checkpoint))) return undefined;
    await using content = open();
    const { timezone } = this.#settings;
    const since = checkpoint.lastTime + 1;
    return firstLineSince(content, { since, timezone, notAfter: content.modifiedAt });
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
  async #firstOffset(open: () => Content): Promise<number> {
    const { from, timezone } = this.#settings;
    if (from === "start") return 0;
    await using content = open();
    if (from !== "end") {
      const notAfter = content.modifiedAt;
      return firstLineSince(content, { since: this.reachesBackTo, timezone, notAfter });
    }
    const start = Math.max(0, content.diskBytes - lineBytesMax);
    return start + (await readRange(open, start, lineBytesMax)).lastIndexOf(LF) + 1;
  }
}
