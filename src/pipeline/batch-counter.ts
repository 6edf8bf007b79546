import type { EventClock } from "../../parsers/event-time.ts";
import { readInnerPacket } from "../../parsers/inner-packet.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { Aggregator, type AggregatorSettings, type CountedLine } from "../aggregate/aggregator.ts";
import type { FirstDenials } from "../aggregate/first-denials.ts";
import { LineCounter } from "../aggregate/line-counter.ts";
import type { LineTallies } from "../aggregate/line-tallies.ts";
import type { BatchBuffers } from "../follow/batch-buffers.ts";
import type { FingerprintTracker } from "../follow/fingerprint.ts";
import type { LineBatch } from "../follow/line-batches.ts";
import type { Checkpoint } from "../model/counted-batch.ts";
import { isRejectReason } from "../model/line-kind.ts";
import { lineBytesMax } from "../model/limits.ts";
import { Engine } from "./engine.ts";
import { hourOf } from "./stamp-hour.ts";

const LF = 0x0a;
const IN = Buffer.from("IN=");

/** What a run has counted so far, for progress and for the summary. */
export type Progress = { lines: number; denials: number; rejected: number };

export type CountedSource = {
  /** After the last batch that was handed to the store. */
  checkpoint: Checkpoint;
  readonly tracker: FingerprintTracker;
  readonly firstDenials: FirstDenials;
  readonly clock: EventClock;
};

/** Parses and counts the lines of batches: the engine those that it can, the grammar the others. */
export class BatchCounter {
  readonly progress: Progress = { lines: 0, denials: 0, rejected: 0 };
  readonly aggregator: Aggregator;
  readonly #engine: Engine | undefined;
  readonly #record = new LineRecord();
  readonly #inner = new LineRecord();
  /** The source whose stamps the engine knows. */
  #engineSource: CountedSource | undefined;

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
  count(source: CountedSource, { bytes, end }: LineBatch, tallies: LineTallies): void {
    const before = tallies.lines;
    const engine = this.#engine?.owns(bytes) === true ? this.#engine : undefined;
    // A last line that nobody ended is the grammar's.
    const engineEnd = end > 0 && bytes[end - 1] === LF ? end : bytes.lastIndexOf(LF, end) + 1;
    if (engine !== undefined) this.#startEngine(engine, source);
    const ordinary = new OrdinaryLines(bytes, end);
    for (let start = 0; start < end; ) {
      if (engine === undefined) {
        if (ordinary.holds(start)) {
          tallies.addOther("ordinary");
          start = ordinary.lineEnd + 1;
          continue;
        }
      } else if (start < engineEnd && source.firstDenials.isComplete) {
        start = engine.run(bytes, start, engineEnd);
        if (engine.lastTime > 0) source.clock.previous = engine.lastTime;
        if (start >= end) break;
      }
      start = this.#countLine(source, bytes, start, end, tallies);
    }
    if (engine !== undefined) this.#endEngine(engine, tallies);
    this.progress.lines += tallies.lines - before;
  }

  /** See Aggregator.take(). */
  take(endsTransaction: boolean): ReturnType<Aggregator["take"]> {
    const counted = this.aggregator.take(endsTransaction);
    this.#engine?.collect();
    return counted;
  }

  /** By the grammar. Returns where the next line begins. */
  #countLine(
    source: CountedSource,
    bytes: Buffer,
    start: number,
    end: number,
    tallies: LineTallies,
  ): number {
    const record = this.#record;
    const result = netfilterParser.parseNext(bytes, start, end, record);
    if (result === "log") {
      const time = source.clock.timeOf(record);
      const line = this.aggregator.add(bytes, start, record.end, record, time);
      if (line.followUp !== undefined) this.#countFollowUp(bytes, line, time, tallies);
      else {
        if (line.isDenial) {
          this.progress.denials += record.repeated;
          source.firstDenials.add(bytes, record.prefixStart, record.end, time);
        }
        tallies.addLogs(1);
        // Of a follow-up it must not know: it would count a denial.
        this.#engine?.learnPrefix(bytes, record.prefixStart, record.prefixEnd, line.prefix);
      }
      this.#engine?.learnNode(bytes, record.nodeStart, record.nodeEnd, line.node);
      const hour = source.clock.inferred ? undefined : hourOf(bytes, start, record, time);
      if (hour !== undefined) this.#engine?.learnHour(bytes, start, hour);
    } else if (isRejectReason(result)) {
      this.progress.rejected++;
      tallies.addRejected(result, bytes, start, record.end);
    } else {
      tallies.addOther(result);
    }
    return record.next;
  }

  #countFollowUp(bytes: Buffer, line: CountedLine, time: number, tallies: LineTallies): void {
    const hasInner = readInnerPacket(bytes, this.#record, this.#inner);
    const inner = hasInner ? this.#inner : undefined;
    this.aggregator.addFollowUp(bytes, this.#record, inner, line, time);
    tallies.addOther("follow-up");
  }

  #startEngine(engine: Engine, source: CountedSource): void {
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

/** Lines without IN=, which are passed at the speed of the search, not byte by byte. */
class OrdinaryLines {
  lineEnd = 0;
  readonly #bytes: Buffer;
  readonly #end: number;
  #nextIn = -1;

  constructor(bytes: Buffer, end: number) {
    this.#bytes = bytes;
    this.#end = end;
  }

  /** Whether the line at `start` is one of them; then lineEnd is where it ends. */
  holds(start: number): boolean {
    if (this.#nextIn < start) this.#nextIn = this.#indexOf(IN, start);
    this.lineEnd = this.#indexOf(LF, start);
    return this.lineEnd <= this.#nextIn && this.lineEnd - start <= lineBytesMax;
  }

  #indexOf(wanted: number | Buffer, start: number): number {
    const found = this.#bytes.indexOf(wanted, start);
    return found < 0 || found > this.#end ? this.#end : found;
  }
}
