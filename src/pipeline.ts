/**
 * The flow of data, as code:
 *
 *   follow -> parse -> aggregate -> store
 *
 * The only file that knows more than one stage.
 */
import { EventClock } from "../parsers/event-time.ts";
import { LineRecord } from "../parsers/line-record.ts";
import { netfilterParser } from "../parsers/netfilter-parser.ts";
import { prefixText } from "../parsers/prefix.ts";
import type { AggregatorSettings } from "./aggregate/aggregator.ts";
import { eventColumns } from "./aggregate/event-columns.ts";
import { FirstDenials } from "./aggregate/first-denials.ts";
import { LineTallies } from "./aggregate/line-tallies.ts";
import { ReportedLosses } from "./aggregate/reported-losses.ts";
import { type BatchBuffers, heapBuffers } from "./follow/batch-buffers.ts";
import { type Content, ContentDamaged } from "./follow/content.ts";
import { FingerprintTracker } from "./follow/fingerprint.ts";
import { type LineBatch, lineBatches } from "./follow/line-batches.ts";
import { prefixHash } from "./follow/recognise.ts";
import type { Checkpoint, CountedBatch, Loss } from "./model/counted-batch.ts";
import type { PodChanges } from "./model/known-pod.ts";
import type { NodeAddresses } from "./model/node-addresses.ts";
import type { DestinationProgress, PackedEvents, SpooledNotice } from "./model/spool.ts";
import { freeArray } from "./model/free-array.ts";
import { prefixJudge } from "./model/prefix-meaning.ts";
import { BatchCounter, type CountedSource, type Progress } from "./pipeline/batch-counter.ts";
import { RepeatedLine } from "./pipeline/repeated-line.ts";
import { packEvents } from "./store/spool/chunk-body.ts";
import type { StoreWriter } from "./store/store-writer.ts";

/** Read at a time when only the beginning of a content is wanted. */
const PEEK_BYTES = 256 * 1024;
/** What is counted before the store must take it, if it is busy: bounds the memory. */
const COUNTED_BYTES_MAX = 12 * 1024 * 1024;
const COUNTED_ROWS_MAX = 24_576;
/** Less is handed over with the commit: a message to the store costs more than to count it. */
const HANDED_OVER_BYTES_MIN = 256 * 1024;
/** Text of denials that is counted while a transaction before is under way, which has its own. */
const AHEAD_TEXT_BYTES_MAX = 4 * 1024 * 1024;

export type PipelineSettings = AggregatorSettings & {
  readonly timezone: string;
  /** Bytes of lines that are read and counted at a time. */
  readonly batchBytes: number;
  /** Bytes of lines after which a transaction is committed. */
  readonly commitBytes: number;
  /**
   * The same for the first one, and twice as much for each that follows, up to `commitBytes`: a
   * process that is killed again and again gets on all the same, and what waits for a commit to be
   * sent is not kept for long.
   */
  readonly firstCommitBytes?: number;
  /** Destinations want each denial from this time on; microseconds since the epoch. */
  readonly eventsSince?: number | undefined;
  /** Told of each batch before it is handed over, for its arrays are the store's afterwards. */
  readonly onCounted?: (batch: CountedBatch) => void;
};

/** One counting session: lines of any number of sources, into one database. */
export class Pipeline {
  readonly buffers: BatchBuffers;
  readonly #settings: PipelineSettings;
  readonly #writer: StoreWriter;
  readonly #counter: BatchCounter;
  #counted: Counted | undefined;
  #countedBytes = 0;
  /** Counted in the open transaction. */
  #openBytes = 0;
  #isUncommitted = false;
  #commitBytes: number;
  /** Sources that have no row yet are known by negative numbers. */
  #newSource = 0;

  constructor(settings: PipelineSettings, writer: StoreWriter) {
    this.#settings = settings;
    this.#commitBytes = settings.firstCommitBytes ?? settings.commitBytes;
    this.#writer = writer;
    this.#counter = new BatchCounter(settings);
    this.#counter.aggregator.load(writer.openedAttempts);
    this.buffers = this.#counter.buffers(settings.batchBytes);
  }

  get progress(): Progress {
    return this.#counter.progress;
  }

  /** The checkpoint of a content that the database has not seen, counted from `offset` on. */
  newCheckpoint(content: Pick<Content, "path" | "kind" | "device" | "inode">, offset: number) {
    const { path, kind, device, inode } = content;
    const unknown = { headBytes: 0, headHash: "", anchorBytes: 0, anchorHash: "" };
    return {
      source: --this.#newSource,
      path,
      kind,
      device,
      inode,
      offset,
      ...unknown,
      firstDenials: [],
      lastTime: 0,
      lossHash: "",
      cursor: "",
      begunAt: 0,
      isClosed: false,
    } satisfies Checkpoint;
  }

  /** The state of one source between its batches. `place` is where its counting begins. */
  startSource(place: SourcePlace): CountedSource {
    const { checkpoint, head, anchor, notAfter } = place;
    return {
      checkpoint,
      record: new LineRecord(),
      tracker: new FingerprintTracker(head, anchor, checkpoint.offset),
      firstDenials: new FirstDenials(checkpoint.firstDenials),
      reportedLosses: new ReportedLosses(),
      repeatedLine: new RepeatedLine(anchor, anchor.length === checkpoint.offset),
      clock: new EventClock({
        timezone: this.#settings.timezone,
        notAfter,
        previous: checkpoint.lastTime === 0 ? undefined : checkpoint.lastTime,
        live: false,
      }),
    };
  }

  /**
   * Parses and counts a batch of whole lines, and hands it to the store with its checkpoint, at the
   * latest when the transaction ends.
   *
   * @throws CommitFailed when an earlier batch could not be written.
   */
  async count(source: CountedSource, batch: LineBatch, end: BatchEnd = {}): Promise<void> {
    await this.#room(batch.end);
    // From here on nothing waits: sources may take turns, batches keep their order.
    if (this.#counted !== undefined && this.#counted.source !== source) this.#handOver();
    this.#counted ??= { source, tallies: new LineTallies(), events: [] };
    this.#counter.count(source, batch, this.#counted.tallies);
    this.#keepEvents(batch, this.#counted.events);
    source.tracker.pass(batch.bytes.subarray(0, batch.end));
    source.checkpoint = {
      ...source.checkpoint,
      ...source.tracker.current(),
      offset: batch.endOffset,
      cursor: batch.cursor ?? source.checkpoint.cursor,
      firstDenials: source.firstDenials.hashes,
      lastTime: source.clock.previous ?? 0,
    };
    this.#counter.aggregator.endBatch(batch, () => this.buffers.give(batch.bytes));
    this.#isUncommitted = true;
    this.#countedBytes += batch.end;
    this.#openBytes += batch.end;
    const { isFlushed, isIdle, isReady } = this.#writer;
    const isSome = this.#countedBytes >= HANDED_OVER_BYTES_MIN;
    const isWanted = (isIdle && isSome) || (isReady && this.#isMuch);
    if (isFlushed && this.#isComplete()) this.#commit(end);
    else if (isWanted || end.losses !== undefined || end.endsContent === true) this.#handOver(end);
  }

  /** Keeps what became of a content that is not being counted. */
  async keep(checkpoint: Checkpoint, losses: readonly Loss[]): Promise<void> {
    await this.#writer.ready();
    this.#handOver();
    const { prefixTally, ...counts } = this.#counter.take();
    const tally = new LineTallies().take(prefixTally);
    const progress = { tally, losses, checkpoint, endsContent: false };
    this.#writer.write({ ...counts, events: [], progress });
    this.#isUncommitted = true;
  }

  /** Keeps a small fact for the next run, in the open transaction. */
  note(key: string, text: string): void {
    this.#writer.note(key, text);
    this.#isUncommitted = true;
  }

  /** Spools what the agent has to say of itself, in the open transaction. */
  notice(notice: SpooledNotice): void {
    this.#writer.notice(notice);
    this.#isUncommitted = true;
  }

  /** Keeps how far a destination is, in the open transaction. */
  delivered(progress: DestinationProgress): void {
    this.#writer.delivered(progress);
    this.#isUncommitted = true;
  }

  /** Keeps which pods have come and gone, in the open transaction. */
  changePods(changes: PodChanges): void {
    this.#writer.changePods(changes);
    this.#isUncommitted = true;
  }

  /** Keeps which addresses are the node's own, in the open transaction. */
  keepAddresses(seen: NodeAddresses): void {
    this.#writer.keepAddresses(seen);
    this.#isUncommitted = true;
  }

  /** Ends the transaction, if anything is in it and the one before is on disk. */
  commit(): void {
    if (this.#isUncommitted && this.#writer.isFlushed) this.#commit();
  }

  /** Commits what is not yet, and waits until it is on disk. */
  async finish(): Promise<void> {
    while (!this.#writer.isFlushed) await this.#writer.flushed();
    this.#commit();
    await this.#writer.flushed();
  }

  /** Packed at once: a transaction has 32 MiB of lines, and the one before may not be on disk. */
  #keepEvents(batch: LineBatch, events: PackedEvents[]): void {
    const { eventsSince } = this.#settings;
    if (eventsSince === undefined) return;
    const denials = this.#counter.aggregator.denialsOf(batch);
    const columns = eventColumns(denials, batch.endOffset - batch.end, eventsSince);
    if (columns === undefined) return;
    events.push(packEvents(columns));
    const { bytes, ends, offsets, times } = columns;
    for (const column of [bytes, ends, offsets, times]) freeArray(column);
  }

  /**
   * Waits until a batch of so many bytes may be counted. One transaction is under way at a time: it
   * holds the text of its last denials. Sources take turns, so whoever waits looks again.
   */
  async #room(bytes: number): Promise<void> {
    const writer = this.#writer;
    while (true) {
      const { textBytes } = this.#counter.aggregator;
      const isFar = textBytes >= AHEAD_TEXT_BYTES_MAX || this.#isComplete(bytes);
      if (isFar && !writer.isFlushed) await writer.flushed();
      else if (this.#isMuch && !writer.isReady) await writer.ready();
      else return;
    }
  }

  /** Whether the open transaction has enough in it, with so many bytes of lines more. */
  #isComplete(bytes = 0): boolean {
    return this.#openBytes + bytes >= this.#commitBytes;
  }

  get #isMuch(): boolean {
    const { rows } = this.#counter.aggregator;
    return this.#countedBytes >= COUNTED_BYTES_MAX || rows >= COUNTED_ROWS_MAX;
  }

  #commit(end: BatchEnd = {}): void {
    this.#handOver(end);
    const isOfLines = this.#openBytes > 0;
    if (isOfLines) this.#commitBytes = Math.min(2 * this.#commitBytes, this.#settings.commitBytes);
    this.#openBytes = 0;
    this.#isUncommitted = false;
    this.#writer.commit(this.#counter.aggregator.endTransaction());
  }

  #handOver({ losses = [], endsContent = false }: BatchEnd = {}): void {
    if (this.#counted === undefined) return;
    const { source, tallies, events } = this.#counted;
    const { prefixTally, ...counts } = this.#counter.take(this.#writer.wantsNewSession);
    const { checkpoint } = source;
    const tally = tallies.take(prefixTally);
    const allLosses = [...source.reportedLosses.take(), ...losses];
    const progress = { tally, losses: allLosses, checkpoint, endsContent };
    const batch = { ...counts, events, progress };
    this.#settings.onCounted?.(batch);
    this.#writer.write(batch);
    this.#counted = undefined;
    this.#countedBytes = 0;
  }

  /**
   * Counts a content from the source's checkpoint to its end. Resolves to what is wrong with a
   * damaged archive; then all that could be decoded is counted, and the rest is in the ledger.
   */
  async drain(
    content: Content,
    source: CountedSource,
    options: DrainOptions,
  ): Promise<ContentDamaged | undefined> {
    const { offset } = source.checkpoint;
    // A file may still be written to, so what follows its last line end is no line yet.
    const endIsLine = content.kind !== "file";
    const { buffers } = this;
    try {
      await content.skipTo(offset);
      for await (const batch of lineBatches(content, { offset, buffers, endIsLine })) {
        await this.count(source, batch);
        options.onBatch();
      }
      if (source.checkpoint.lossHash !== "") {
        await this.count(source, emptyBatch(source), { endsContent: true });
        source.checkpoint = { ...source.checkpoint, lossHash: "" };
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof ContentDamaged)) throw error;
      const { offset: end } = source.checkpoint;
      // Nobody can bring a sound copy of what was on standard input.
      const contentHash = content.kind === "stdin" ? "" : await prefixHash(options.open, end);
      const loss: Loss = {
        reason: "archive-corrupt",
        offset: end,
        detail: error.reason,
        contentHash,
      };
      await this.count(source, emptyBatch(source), { losses: [loss] });
      source.checkpoint = { ...source.checkpoint, lossHash: contentHash };
      return error;
    } finally {
      this.#counter.aggregator.endContent();
    }
  }

  /** The first denials of a content, as far as its beginning holds any. Counts nothing. */
  async firstDenialsOf(content: Content): Promise<readonly string[]> {
    const found = new FirstDenials([]);
    const { timezone } = this.#settings;
    const judge = prefixJudge(this.#settings);
    const clock = new EventClock({ timezone, notAfter: content.modifiedAt, live: false });
    const settings = { offset: 0, buffers: heapBuffers(PEEK_BYTES), endIsLine: true };
    const record = new LineRecord();
    try {
      for await (const { bytes, end } of lineBatches(content, settings)) {
        for (let start = 0; start < end; start = record.next) {
          if (netfilterParser.parseNext(bytes, start, end, record) !== "log") continue;
          const time = clock.timeOf(record);
          if (judge(prefixText(record)).verdict !== "denied") continue;
          found.add(record.text, record.prefixStart, record.textEnd, time);
          if (found.isComplete) return found.hashes;
        }
      }
    } catch (error) {
      if (!(error instanceof ContentDamaged)) throw error;
    }
    return found.hashes;
  }
}

/** What was counted of one source and not yet handed over. */
type Counted = {
  readonly source: CountedSource;
  readonly tallies: LineTallies;
  readonly events: PackedEvents[];
};

export type DrainOptions = {
  /** Opens the same content again, from its start. */
  readonly open: () => Content;
  readonly onBatch: () => void;
};

type BatchEnd = { readonly losses?: readonly Loss[]; readonly endsContent?: boolean };

/** For what there is to say of a source besides its lines. */
export function emptyBatch({ checkpoint }: CountedSource): LineBatch {
  return { bytes: Buffer.alloc(0), end: 0, endOffset: checkpoint.offset, readAgain: undefined };
}

export type SourcePlace = {
  readonly checkpoint: Checkpoint;
  /** Bytes at the start of the content and before the checkpoint; empty for a new one. */
  readonly head: Uint8Array;
  readonly anchor: Uint8Array;
  /** The latest time that a line can have, in microseconds since the epoch. */
  readonly notAfter: number;
};
