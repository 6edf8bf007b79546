import { FLOW_ORIGIN } from "../model/flow-key.ts";
import {
  LINE_END,
  LINE_FLOW_HASH,
  LINE_LENGTH,
  LINE_REPEATED,
  LINE_START,
  LINE_TCP_FLAGS,
  LINE_WORDS,
} from "../model/line-words.ts";
import { SpanCounts } from "../model/span-counts.ts";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import { Attempts } from "./attempts.ts";
import { FlowTable } from "./flow-table.ts";
import { RecentLines } from "./recent-lines.ts";

/** Indexes of prefixes are below this. */
export const PREFIX_INDEXES_MAX = 8192;

/** Lines that are counted together, so that their looks into large tables overlap. */
export const GROUP_LINES = 16;

/**
 * Counts LOG lines per flow and minute. Portable: this file and those that it imports are compiled
 * by tsc, and by asc into the engine that counts most lines.
 */
export class LineCounter {
  /** The lines to count, each as line-words.ts says. */
  readonly lines: Int32Array = new Int32Array(GROUP_LINES * LINE_WORDS);
  /** Microseconds since the epoch. */
  readonly times: Float64Array = new Float64Array(GROUP_LINES);
  flows: FlowTable = new FlowTable();
  readonly minutes: SpanCounts = new SpanCounts();
  readonly attempts: Attempts = new Attempts();
  readonly recent: RecentLines = new RecentLines();
  /** Which prefixes stand for denials, by index: 1, else 0. */
  readonly isDenied: Uint8Array = new Uint8Array(PREFIX_INDEXES_MAX);
  /** By index of the prefix; packets are the sum of the repeat counts. */
  readonly prefixLines: Float64Array = new Float64Array(PREFIX_INDEXES_MAX);
  readonly prefixPackets: Float64Array = new Float64Array(PREFIX_INDEXES_MAX);
  /** Nobody reads it: see countGroup(). */
  touched: i32 = 0;

  /** Counts the first `count` of `lines`. Bench: bench/parse-against-peers.ts. */
  countGroup(count: i32): void {
    let touched: i32 = 0;
    for (let index: i32 = 0; index < count; index++) touched ^= this.touch(index * LINE_WORDS);
    // Kept, or a compiler would leave the looks out.
    this.touched = touched;
    for (let index: i32 = 0; index < count; index++) this.count(index, index * LINE_WORDS);
  }

  /** The number of the flow of the first of `lines`, of which nothing is counted. */
  placeFlow(): i32 {
    return this.flows.indexOf(this.lines, 0, this.flows.hashOf(this.lines, 0));
  }

  /** Forgets the flows; their numbers start again from 0. */
  startSession(): void {
    this.flows = new FlowTable();
  }

  private touch(at: i32): i32 {
    const hash = this.flows.hashOf(this.lines, at);
    this.lines[at + LINE_FLOW_HASH] = hash;
    return this.flows.touch(hash) ^ this.attempts.touch(this.lines, at);
  }

  private count(index: i32, at: i32): void {
    const lines = this.lines;
    const time = this.times[index]!;
    const flow = this.flows.indexOf(lines, at, lines[at + LINE_FLOW_HASH]!);
    const minute = Math.floor(time / MICROS_PER_MINUTE);
    const packets = lines[at + LINE_REPEATED]!;
    const attempts = this.attempts.count(lines, at, time);
    const bytes: f64 = lines[at + LINE_LENGTH]! > 0 ? lines[at + LINE_LENGTH]! : 0;
    const flags = lines[at + LINE_TCP_FLAGS]! > 0 ? lines[at + LINE_TCP_FLAGS]! : 0;
    this.minutes.add(flow, minute, time, time, packets, attempts, bytes * packets, flags);
    const prefix = lines[at + FLOW_ORIGIN]! >>> 16;
    this.prefixLines[prefix]! += 1;
    this.prefixPackets[prefix]! += packets;
    if (this.isDenied[prefix]! !== 0) {
      this.recent.add(lines[at + LINE_START]!, lines[at + LINE_END]!, flow, time);
    }
  }
}
