/**
 * The flow of data, as code:
 *
 *   follow -> parse -> aggregate -> store
 *
 * The only file that knows more than one stage.
 */
import { EventClock } from "../parsers/event-time.ts";
import { LineRecord } from "../parsers/line-record.ts";
import { NeedleSearch } from "../parsers/needles.ts";
import { netfilterParser } from "../parsers/netfilter-parser.ts";
import { prefixText } from "../parsers/prefix.ts";
import { Aggregator, type AggregatorSettings } from "./aggregate/aggregator.ts";
import { FirstDenials } from "./aggregate/first-denials.ts";
import { LineTallies } from "./aggregate/line-tallies.ts";
import { type Content, ContentDamaged } from "./follow/content.ts";
import { FingerprintTracker } from "./follow/fingerprint.ts";
import { type LineBatch, lineBatches } from "./follow/line-batches.ts";
import { prefixHash } from "./follow/recognise.ts";
import type { Checkpoint, Loss } from "./model/counted-batch.ts";
import { isRejectReason } from "./model/line-kind.ts";
import { lineBytesMax } from "./model/limits.ts";
import { verdictOf } from "./model/verdict.ts";
import type { StoreWriter } from "./store/store-writer.ts";

const LF = 0x0a;
/** Read at a time when only the beginning of a content is wanted. */
const PEEK_BYTES = 256 * 1024;

/** What a run has counted so far, for progress and for the summary. */
export type Progress = { lines: number; denials: number; rejected: number };

export type PipelineSettings = AggregatorSettings & {
  readonly timezone: string;
  /** Bytes of lines after which a transaction is committed. */
  readonly commitBytes: number;
};

/** One counting session: lines of any number of sources, into one database. */
export class Pipeline {
  readonly progress: Progress = { lines: 0, denials: 0, rejected: 0 };
  readonly #settings: PipelineSettings;
  readonly #writer: StoreWriter;
  readonly #aggregator: Aggregator;
  readonly #needles = new NeedleSearch();
  #openBytes = 0;
  /** Sources that have no row yet are known by negative numbers. */
  #newSource = 0;

  constructor(settings: PipelineSettings, writer: StoreWriter) {
    this.#settings = settings;
    this.#writer = writer;
    this.#aggregator = new Aggregator(settings);
    this.#aggregator.load(writer.openedAttempts);
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
    } satisfies Checkpoint;
  }

  /** A buffer to read into: one that the store has given back, where there is one. */
  takeBuffer(bytes: number): Buffer {
    const used = this.#writer.takeBuffer();
    // An empty batch has an empty buffer.
    if (used === undefined || used.buffer.byteLength < bytes) return Buffer.allocUnsafeSlow(bytes);
    return Buffer.from(used.buffer as ArrayBuffer);
  }

  /** The state of one source between its batches. `place` is where its counting begins. */
  startSource(place: SourcePlace): CountedSource {
    const { checkpoint, head, anchor, notAfter } = place;
    return {
      checkpoint,
      record: new LineRecord(),
      tracker: new FingerprintTracker(head, anchor),
      firstDenials: new FirstDenials(checkpoint.firstDenials),
      clock: new EventClock({
        timezone: this.#settings.timezone,
        notAfter,
        previous: checkpoint.lastTime === 0 ? undefined : checkpoint.lastTime,
        live: false,
      }),
    };
  }

  /**
   * Parses and counts a batch of whole lines, and hands it to the store with its checkpoint. A
   * transaction ends when it holds commitBytes.
   *
   * @throws CommitFailed when an earlier batch could not be written.
   */
  async count(
    source: CountedSource,
    batch: LineBatch,
    { losses = [], endsContent = false }: BatchEnd = {},
  ): Promise<void> {
    await this.#writer.ready();
    // From here to the hand-over nothing waits: sources may take turns, batches keep their order.
    const tallies = this.#tally(source, batch);
    source.tracker.pass(batch.bytes.subarray(0, batch.end));
    source.checkpoint = {
      ...source.checkpoint,
      ...source.tracker.current(),
      offset: batch.endOffset,
      firstDenials: source.firstDenials.hashes,
      lastTime: source.clock.previous ?? 0,
    };
    const { prefixTally, ...counted } = this.#aggregator.take(batch.bytes);
    const tally = tallies.take(prefixTally);
    this.#writer.write({ ...counted, tally, losses, checkpoint: source.checkpoint, endsContent });
    this.#openBytes += batch.end;
    if (this.#openBytes >= this.#settings.commitBytes) this.#commit();
  }

  /** Commits what is not yet, and waits until it is on disk. */
  async finish(): Promise<void> {
    this.#commit();
    await this.#writer.flushed();
  }

  #commit(): void {
    this.#openBytes = 0;
    this.#writer.commit(this.#aggregator.takeAttempts());
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
    const { takeBuffer } = options;
    try {
      await content.skipTo(offset);
      for await (const batch of lineBatches(content, { offset, takeBuffer, endIsLine })) {
        await this.count(source, batch);
        options.onBatch();
      }
      if (source.checkpoint.lossHash !== "") {
        await this.count(source, emptyBatch(source), { endsContent: true });
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof ContentDamaged)) throw error;
      const { offset: end } = source.checkpoint;
      const contentHash = await prefixHash(options.open, end);
      const loss: Loss = {
        reason: "archive-corrupt",
        offset: end,
        detail: error.reason,
        contentHash,
      };
      await this.count(source, emptyBatch(source), { losses: [loss] });
      return error;
    }
  }

  /** The first denials of a content, as far as its beginning holds any. Counts nothing. */
  async firstDenialsOf(content: Content): Promise<readonly string[]> {
    const found = new FirstDenials([]);
    const { timezone, deniedPrefixes } = this.#settings;
    const clock = new EventClock({ timezone, notAfter: content.modifiedAt, live: false });
    const takeBuffer = () => Buffer.allocUnsafeSlow(PEEK_BYTES);
    const settings = { offset: 0, takeBuffer, endIsLine: true };
    const record = new LineRecord();
    try {
      for await (const { bytes, end } of lineBatches(content, settings)) {
        for (let start = 0; start < end; start = record.next) {
          if (netfilterParser.parseNext(bytes, start, end, record) !== "log") continue;
          const time = clock.timeOf(record);
          if (verdictOf(prefixText(record), deniedPrefixes) !== "denied") continue;
          found.add(record.text, record.prefixStart, record.textEnd, time);
          if (found.isComplete) return found.hashes;
        }
      }
    } catch (error) {
      if (!(error instanceof ContentDamaged)) throw error;
    }
    return found.hashes;
  }

  /** Bench: bench/import-against-mawk.ts */
  #tally(source: CountedSource, { bytes, end }: LineBatch): LineTallies {
    const tallies = new LineTallies();
    const { clock, record } = source;
    this.#needles.start(bytes, end);
    /** Denials come in bursts: after one, the next line is parsed without a search. */
    let isBurst = true;
    for (let start = 0; start < end; ) {
      if (!isBurst && !record.exported.isOpen) {
        // Lines without a needle are passed at the speed of the search, not byte by byte.
        const lineEnd = indexOf(bytes, LF, start, end);
        if (lineEnd <= this.#needles.find(start)) {
          if (lineEnd - start > lineBytesMax) {
            tallies.addRejected("line-too-long", bytes, start, lineEnd);
            this.progress.rejected++;
          } else tallies.addOther("ordinary");
          start = lineEnd + 1;
          continue;
        }
      }
      const result = netfilterParser.parseNext(bytes, start, end, record);
      isBurst = result === "log";
      if (result === "log") {
        const time = clock.timeOf(record);
        if (this.#aggregator.add(record.text, start, record.end, record, time)) {
          this.progress.denials += record.repeated;
          source.firstDenials.add(record.text, record.prefixStart, record.textEnd, time);
        }
        tallies.addLog();
      } else if (isRejectReason(result)) {
        this.progress.rejected++;
        tallies.addRejected(result, bytes, start, record.end);
      } else {
        tallies.addOther(result);
      }
      start = record.next;
    }
    this.progress.lines += tallies.lines;
    return tallies;
  }
}

export type DrainOptions = {
  /** Opens the same content again, from its start. */
  readonly open: () => Content;
  readonly takeBuffer: () => Buffer;
  readonly onBatch: () => void;
};

type BatchEnd = { readonly losses?: readonly Loss[]; readonly endsContent?: boolean };

/** For what there is to say of a source besides its lines. */
function emptyBatch({ checkpoint }: CountedSource): LineBatch {
  return { bytes: Buffer.alloc(0), end: 0, endOffset: checkpoint.offset };
}

/** Index of a byte before `end`; `end` when there is none. */
function indexOf(bytes: Buffer, wanted: number, start: number, end: number): number {
  const found = bytes.indexOf(wanted, start);
  return found < 0 || found > end ? end : found;
}

export type CountedSource = {
  /** After the last batch that was handed to the store. */
  checkpoint: Checkpoint;
  /** Its own, for what the journal's export format says holds for further lines. */
  readonly record: LineRecord;
  readonly tracker: FingerprintTracker;
  readonly firstDenials: FirstDenials;
  readonly clock: EventClock;
};

export type SourcePlace = {
  readonly checkpoint: Checkpoint;
  /** Bytes at the start of the content and before the checkpoint; empty for a new one. */
  readonly head: Uint8Array;
  readonly anchor: Uint8Array;
  /** The latest time that a line can have, in microseconds since the epoch. */
  readonly notAfter: number;
};
