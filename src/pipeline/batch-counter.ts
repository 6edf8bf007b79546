import type { EventClock } from "../../parsers/event-time.ts";
import { readInnerPacket } from "../../parsers/inner-packet.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { NeedleSearch } from "../../parsers/needles.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { Aggregator, type AggregatorSettings, type CountedLine } from "../aggregate/aggregator.ts";
import type { FirstDenials } from "../aggregate/first-denials.ts";
import { LineCounter } from "../aggregate/line-counter.ts";
import type { LineTallies } from "../aggregate/line-tallies.ts";
import { mayLoseDenials, type ReportedLosses } from "../aggregate/reported-losses.ts";
import type { BatchBuffers } from "../follow/batch-buffers.ts";
import type { FingerprintTracker } from "../follow/fingerprint.ts";
import type { LineBatch } from "../follow/line-batches.ts";
import type { Checkpoint } from "../model/counted-batch.ts";
import { isRejectReason } from "../model/line-kind.ts";
import { lineBytesMax } from "../model/limits.ts";
import { Engine } from "./engine.ts";
import type { RepeatedLine } from "./repeated-line.ts";
import { hourOf } from "./stamp-hour.ts";

const LF = 0x0a;

/** What a run has counted so far, for progress and for the summary. */
export type Progress = { lines: number; denials: number; rejected: number };

/** What is known of a source from one line to the next. */
export type SourceLines = {
  readonly checkpoint: Pick<Checkpoint, "kind" | "offset">;
  /** Its own, for what the journal's export format says holds for further lines. */
  readonly record: LineRecord;
  readonly firstDenials: FirstDenials;
  readonly reportedLosses: ReportedLosses;
  readonly repeatedLine: RepeatedLine;
  readonly clock: EventClock;
};

export type CountedSource = SourceLines & {
  /** After the last batch that was counted. */
  checkpoint: Checkpoint;
  readonly tracker: FingerprintTracker;
};

/** Parses and counts the lines of batches: the engine those that it can, the grammar the others. */
export class BatchCounter {
  readonly progress: Progress = { lines: 0, denials: 0, rejected: 0 };
  readonly aggregator: Aggregator;
  readonly #engine: Engine | undefined;
  readonly #needles = new NeedleSearch();
  readonly #inner = new LineRecord();
  /** The source whose stamps the engine knows. */
  #engineSource: SourceLines | undefined;

  constructor(settings: AggregatorSettings) {
    this.#engine = Engine.load();
    this.aggregator = new Aggregator(settings, this.#engine?.tables ?? new LineCounter());
  }

  /** Buffers that the engine can count in. */
  buffers(bytes: number): BatchBuffers {
    const free: Buffer[] = [];
    const allocate = () => this.#engine?.allocate(bytes) ?? Buffer.allocUnsafeSlow(bytes);
    return {
      take: () => free.pop() ?? allocate(),
      give: (buffer) => {
        // An empty batch has a buffer of its own.
        if (buffer.length === bytes) free.push(buffer);
      },
    };
  }

  /** Counts every line of a batch once. Bench: bench/import-against-mawk.ts */
  count(source: SourceLines, { bytes, end }: LineBatch, tallies: LineTallies): void {
    const before = tallies.lines;
    const engine = this.#engine?.owns(bytes) === true ? this.#engine : undefined;
    // A last line that nobody ended is the grammar's.
    const engineEnd = end === 0 ? 0 : bytes.lastIndexOf(LF, end - 1) + 1;
    if (engine !== undefined) this.#startEngine(engine, source);
    this.#needles.start(bytes, end);
    for (let start = 0; start < end; ) {
      // Inside a record of the journal's export format, a line is more than it says.
      if (!source.record.exported.isOpen) {
        start =
          engine === undefined || start >= engineEnd
            ? this.#skipOrdinary(bytes, start, end, tallies)
            : this.#runEngine(engine, source, bytes, start, engineEnd);
        if (start >= end) break;
      }
      start = this.#countLine(source, bytes, start, end, tallies);
    }
    if (engine !== undefined) this.#endEngine(engine, tallies);
    source.repeatedLine.endBatch(bytes, end);
    this.progress.lines += tallies.lines - before;
  }

  /** See Aggregator.take(). */
  take(wantsNewSession = false): ReturnType<Aggregator["take"]> {
    const counted = this.aggregator.take(wantsNewSession);
    this.#engine?.collect();
    return counted;
  }

  /** By the grammar. Returns where the next line begins. */
  #countLine(
    source: SourceLines,
    bytes: Buffer,
    start: number,
    end: number,
    tallies: LineTallies,
  ): number {
    const { record } = source;
    const result = netfilterParser.parseNext(bytes, start, end, record);
    if (result === "log") {
      const time = source.clock.timeOf(record);
      const { text, prefixStart, textEnd } = record;
      const line = this.aggregator.add(text, start, record.end, record, time);
      if (line.followUp === undefined) tallies.addLogs(1);
      else this.#countFollowUp(record, line, time, tallies);
      if (line.isDenial) {
        this.progress.denials += record.repeated;
        source.firstDenials.add(text, prefixStart, textEnd, time);
      }
      if (text !== bytes) this.#engine?.forgetHour();
      else if (this.#engine?.owns(bytes) === true) {
        this.#teach(this.#engine, source, bytes, start, line, time);
      }
    } else if (isRejectReason(result)) {
      this.progress.rejected++;
      tallies.addRejected(result, bytes, start, record.end);
    } else if (result === "suspect") {
      tallies.addSuspect(bytes, start, record.end);
    } else {
      if (result === "loss-message") this.#countLoss(source, start);
      if (result === "repeat-of-previous") this.#countRepeats(source, bytes, start);
      tallies.addOther(result);
    }
    return record.next;
  }

  /** What the line that was just read says is lost; it begins at `start` of its batch. */
  #countLoss({ record, checkpoint, clock, reportedLosses }: SourceLines, start: number): void {
    if (!mayLoseDenials(record.lostBy, checkpoint.kind)) return;
    reportedLosses.add(record, checkpoint.offset + start, clock.timeOf(record));
    // The clock may read the stamps that the engine knows otherwise after this line.
    this.#engine?.forgetHour();
  }

  /** Packets that `last message repeated N times` stands for; it begins at `start`. */
  #countRepeats({ record, clock, repeatedLine }: SourceLines, bytes: Buffer, start: number): void {
    const line = repeatedLine.find(bytes, start, record);
    if (line === undefined) return;
    const isDenial = this.aggregator.addRepeats(line.text, line, clock.timeOf(record));
    if (isDenial) this.progress.denials += line.repeated;
    this.#engine?.forgetHour();
  }

  #countFollowUp(record: LineRecord, line: CountedLine, time: number, tallies: LineTallies): void {
    const inner = readInnerPacket(record, this.#inner) ? this.#inner : undefined;
    this.aggregator.addFollowUp(record.text, record, inner, line, time);
    tallies.addOther("follow-up");
  }

  /** The engine passes lines that are like one that the grammar has read. */
  #teach(
    engine: Engine,
    { record, clock }: SourceLines,
    bytes: Buffer,
    start: number,
    { node, prefix, followUp }: CountedLine,
    time: number,
  ): void {
    engine.learnNode(bytes, record.nodeStart, record.nodeEnd, node);
    // It would count a follow-up as a LOG line like any other.
    if (followUp === undefined) {
      engine.learnPrefix(bytes, record.prefixStart, record.prefixEnd, prefix);
    }
    if (clock.inferred) return;
    const hour = clock.isSteady(record) ? hourOf(bytes, start, record, time) : undefined;
    // The clock may read the stamps that the engine knows otherwise after this line.
    if (hour === undefined) engine.forgetHour();
    else engine.learnHour(bytes, start, hour);
  }

  /** Passes lines without a needle at the speed of the search, not byte by byte. */
  #skipOrdinary(bytes: Buffer, from: number, end: number, tallies: LineTallies): number {
    const needle = this.#needles.find(from);
    let start = from;
    while (start < end) {
      const found = bytes.indexOf(LF, start);
      const lineEnd = found < 0 || found > end ? end : found;
      if (lineEnd > needle || lineEnd - start > lineBytesMax) break;
      tallies.addOther("ordinary");
      start = lineEnd + 1;
    }
    return start;
  }

  #runEngine(
    engine: Engine,
    { clock, firstDenials }: SourceLines,
    bytes: Buffer,
    start: number,
    end: number,
  ): number {
    const reached = engine.run(bytes, start, end, !firstDenials.isComplete);
    if (engine.lastTime > 0) clock.passed(engine.lastTime, engine.latestTime);
    return reached;
  }

  #startEngine(engine: Engine, source: SourceLines): void {
    if (this.#engineSource !== source) engine.forgetHour();
    this.#engineSource = source;
    engine.start(source.clock.timeMin, source.clock.timeMax);
  }

  #endEngine(engine: Engine, tallies: LineTallies): void {
    const { ordinary, logs, denials } = engine.counted();
    tallies.addOther("ordinary", ordinary);
    tallies.addLogs(logs);
    this.progress.denials += denials;
  }
}
