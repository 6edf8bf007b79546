import type { Logger } from "pino";
import type { Settings } from "../config/settings.ts";
import { ANCHOR_BYTES_MAX, HEAD_BYTES_MAX } from "../follow/fingerprint.ts";
import { follow } from "../follow/follow.ts";
import type { FollowedFile } from "../follow/followed-file.ts";
import { openContent } from "../follow/open-content.ts";
import { recognise } from "../follow/recognise.ts";
import type { Checkpoint } from "../model/counted-batch.ts";
import { Pipeline } from "../pipeline.ts";
import type { CountedSource } from "./batch-counter.ts";
import type { StoreWriter } from "../store/store-writer.ts";
import { followLog } from "../telemetry/follow-log.ts";

const BATCH_BYTES = 1024 * 1024;
/** What a read finds is committed at once. */
const COMMIT_BYTES = 0;
/** Each round ends in a commit when it found lines. */
const POLL_MS = 250;
/** rsyslog goes on writing to a renamed file until it is told. */
const ROTATE_WAIT_MS = 60_000;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 10_000;

/** Follows the node's logs and commits what they amount to, until the signal. */
export class Agent {
  readonly #settings: Settings & { readonly node: string };
  readonly #writer: StoreWriter;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #pipeline: Pipeline;
  /** Where the counting of each open file stands. */
  readonly #sources = new Map<FollowedFile, CountedSource>();
  readonly #known: Checkpoint[];
  /** Milliseconds since the epoch. */
  #failedAt = Number.NEGATIVE_INFINITY;
  #retryMs = RETRY_MS_MIN;

  constructor(
    settings: Settings & { readonly node: string },
    writer: StoreWriter,
    log: Logger,
    now: () => number,
  ) {
    this.#settings = settings;
    this.#writer = writer;
    this.#log = log;
    this.#now = now;
    this.#pipeline = new Pipeline(
      { ...settings, batchBytes: BATCH_BYTES, commitBytes: COMMIT_BYTES },
      writer,
    );
    this.#known = [...writer.sources];
    writer.onFailed = (reason) => this.#retryLater(reason);
  }

  /** Resolves when the signal came and all that was read is committed. */
  async run(signal: AbortSignal): Promise<void> {
    const { files, db, node } = this.#settings;
    this.#log.info({ files, db, node, pid: process.pid }, "Agent started");
    const ending = AbortSignal.any([signal, this.#writer.broken]);
    await Promise.all(files.map((path) => this.#follow(path, ending)));
    await this.#pipeline.finish();
    this.#log.info(this.#pipeline.progress, "Agent stopped, all that was read is committed");
  }

  async #follow(path: string, signal: AbortSignal): Promise<void> {
    await this.#drainRotated(`${path}.1`);
    const batches = follow(path, {
      signal,
      events: followLog(this.#log),
      buffers: this.#pipeline.buffers,
      begin: (file) => this.#begin(file),
      pollMs: POLL_MS,
      rotateWaitMs: ROTATE_WAIT_MS,
    });
    for await (const { file, batch, isLive } of batches) {
      const source = this.#sources.get(file)!;
      source.clock.notAfter = this.#now();
      source.clock.live = isLive;
      await this.#pipeline.count(source, batch);
      this.#log.debug({ path, offset: batch.endOffset }, "Batch counted");
    }
  }

  /** What was written between the last checkpoint and a rotation while no agent ran. */
  async #drainRotated(path: string): Promise<void> {
    const open = () => openContent(path);
    try {
      const recognition = await recognise(open, this.#known);
      if (recognition.state !== "known") return;
      await using content = open();
      const { checkpoint, head, anchor } = recognition;
      const notAfter = content.modifiedAt;
      const source = this.#pipeline.startSource({ checkpoint, head, anchor, notAfter });
      await this.#pipeline.drain(content, source, {
        open,
        onBatch: () => undefined,
      });
      const bytes = source.checkpoint.offset - checkpoint.offset;
      if (bytes > 0) this.#log.info({ path, bytes }, "Read the rest of a rotated file");
    } catch (error) {
      // There need not be one.
      this.#log.debug({ path, reason: (error as Error).message }, "No rotated file to go on with");
    }
  }

  /** Finds out how far a file was counted before, and seeks there. */
  async #begin(file: FollowedFile): Promise<void> {
    const open = () => openContent(file.descriptorPath);
    const recognition = await recognise(open, this.#known);
    const { path, device, inode } = file;
    if (recognition.state === "known") {
      const { checkpoint, head, anchor } = recognition;
      file.seek(checkpoint.offset);
      const place = { ...checkpoint, path, device, inode };
      this.#start(file, place, head, anchor);
      return;
    }
    const isFirst = this.#sources.size === 0;
    const offset = isFirst && this.#settings.from === "end" ? file.lastLineEnd() : 0;
    file.seek(offset);
    const head = file.bytesAt(0, Math.min(HEAD_BYTES_MAX, offset));
    const anchor = file.bytesAt(
      Math.max(0, offset - ANCHOR_BYTES_MAX),
      Math.min(ANCHOR_BYTES_MAX, offset),
    );
    const place = this.#pipeline.newCheckpoint({ path, kind: "file", device, inode }, offset);
    this.#start(file, place, head, anchor);
  }

  #start(file: FollowedFile, checkpoint: Checkpoint, head: Buffer, anchor: Buffer): void {
    const notAfter = this.#now();
    const place = { checkpoint, head, anchor, notAfter };
    this.#sources.set(file, this.#pipeline.startSource(place));
  }

  /** Tries again until the store takes it: the log waits, and nothing is lost meanwhile. */
  #retryLater(reason: string): void {
    const now = this.#now() / 1000;
    const isNew = now - this.#failedAt > 2 * RETRY_MS_MAX;
    this.#retryMs = isNew ? RETRY_MS_MIN : Math.min(this.#retryMs * 2, RETRY_MS_MAX);
    this.#failedAt = now;
    this.#log.error({ reason, retryMs: this.#retryMs }, "Commit failed");
    setTimeout(() => this.#writer.retry(), this.#retryMs);
  }
}
