import type { BatchBuffers } from "../../src/follow/batch-buffers.ts";
import type { Content } from "../../src/follow/content.ts";
import { FingerprintTracker, HEAD_BYTES_MAX } from "../../src/follow/fingerprint.ts";
import { type LineBatch, lineBatches } from "../../src/follow/line-batches.ts";
import type { ContentStart, LineCounting } from "../../src/follow/line-counting.ts";
import { isOfLog } from "../../src/follow/log-family.ts";
import { readRange } from "../../src/follow/recognise.ts";
import type { Checkpoint, Loss } from "../../src/model/counted-batch.ts";

type Source = { checkpoint: Checkpoint; readonly tracker: FingerprintTracker };

/** Keeps the lines that followers find, with the checkpoints that a database would keep. */
export class CountedLines implements LineCounting<Source> {
  readonly lines: { readonly text: string; readonly isLive: boolean }[] = [];
  readonly losses: string[] = [];
  buffers: BatchBuffers | undefined;
  readonly #sources: Source[] = [];

  known(log: string): Checkpoint[] {
    return this.#sources
      .map(({ checkpoint }) => checkpoint)
      .filter(({ path }) => isOfLog(log, path));
  }

  async begin({ path, open, place, listedAt }: ContentStart): Promise<Source> {
    await using content = open();
    const { kind, device, inode } = content;
    if (place !== undefined) {
      const { checkpoint, head, anchor } = place;
      const at = this.#sources.findIndex((each) => each.checkpoint.source === checkpoint.source);
      const tracker = new FingerprintTracker(head, anchor, checkpoint.offset);
      const source = {
        checkpoint: { ...checkpoint, ...tracker.current(), path, device, inode, isClosed: false },
        tracker,
      };
      this.#sources[at] = source;
      return source;
    }
    const none = Buffer.alloc(0);
    const tracker = new FingerprintTracker(await readRange(open, 0, HEAD_BYTES_MAX), none, 0);
    const checkpoint: Checkpoint = {
      ...tracker.current(),
      source: this.#sources.length + 1,
      path,
      kind,
      device,
      inode,
      offset: 0,
      firstDenials: [],
      lastTime: 0,
      lossHash: "",
      cursor: "",
      begunAt: listedAt,
      isClosed: false,
    };
    const source = { checkpoint, tracker };
    this.#sources.unshift(source);
    return source;
  }

  async count(
    source: Source,
    { bytes, end, endOffset }: LineBatch,
    isLive: boolean,
  ): Promise<void> {
    const text = bytes.toString("utf8", 0, end).replace(/\n$/, "");
    for (const line of text.split("\n")) this.lines.push({ text: line, isLive });
    source.tracker.pass(bytes.subarray(0, end));
    source.checkpoint = {
      ...source.checkpoint,
      ...source.tracker.current(),
      offset: endOffset,
    };
    this.buffers?.give(bytes);
  }

  async drain(source: Source, open: () => Content): Promise<void> {
    await using content = open();
    const { offset } = source.checkpoint;
    await content.skipTo(offset);
    const settings = { offset, buffers: this.buffers!, endIsLine: true };
    for await (const batch of lineBatches(content, settings)) {
      await this.count(source, batch, false);
    }
  }

  async close(source: Source): Promise<void> {
    source.checkpoint = { ...source.checkpoint, isClosed: true };
  }

  async lose({ source, isClosed }: Checkpoint, { reason, offset, bytes }: Loss): Promise<void> {
    const loser = this.#sources.find(({ checkpoint }) => checkpoint.source === source)!;
    loser.checkpoint = { ...loser.checkpoint, isClosed };
    this.losses.push(`${reason} at ${offset}${bytes === undefined ? "" : `, ${bytes} bytes`}`);
  }

  /** By lines, for these have no denials. */
  async beginsLike(open: () => Content): Promise<boolean> {
    return (await this.laterLines(open)) !== undefined;
  }

  async laterLines(open: () => Content): Promise<number | undefined> {
    const lines = (await readRange(open, 0, HEAD_BYTES_MAX)).toString().split("\n").slice(0, -1);
    const known = new Set(this.lines.map(({ text }) => text));
    if (lines[0] === undefined || !known.has(lines[0])) return undefined;
    const later = lines.findIndex((line) => !known.has(line));
    const counted = later < 0 ? lines : lines.slice(0, later);
    return counted.join("\n").length + 1;
  }
}
