import { FLOW_ORIGIN } from "../model/flow-key.ts";
import {
  LINE_ATTEMPTS,
  LINE_END,
  LINE_FLOW,
  LINE_FLOW_HASH,
  LINE_LENGTH,
  LINE_MINUTE_ROW,
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

/** Rows of flows and minutes that have their place from the start: 16 MiB of addresses. */
const MINUTES_MIN = 262_144;

/** Lines that are counted together: see countGroup(). */
export const GROUP_LINES = 32;

/**
 * Counts LOG lines per flow and minute. Portable: this file and those that it imports are compiled
 * by tsc, and by asc into the engine that counts most lines.
 */
export class LineCounter {
  /** The lines to count, each as line-words.ts says. */
  readonly lines: Int32Array = new Int32Array(GROUP_LINES * LINE_WORDS);
  /** Microseconds since the epoch. */
  readonly times: Float64Array = new Float64Array(GROUP_LINES);
  readonly flows: FlowTable = new FlowTable();
  readonly minutes: SpanCounts = new SpanCounts(MINUTES_MIN);
  readonly attempts: Attempts = new Attempts();
  readonly recent: RecentLines = new RecentLines();
  /** Which prefixes stand for denials, by index: 1, else 0. */
  readonly isDenied: Uint8Array = new Uint8Array(PREFIX_INDEXES_MAX);
  /** By index of the prefix; packets are the sum of the repeat counts. */
  readonly prefixLines: Float64Array = new Float64Array(PREFIX_INDEXES_MAX);
  readonly prefixPackets: Float64Array = new Float64Array(PREFIX_INDEXES_MAX);

  /**
   * Counts the first `count` of `lines`, step by step: a short loop is several lines ahead with its
   * looks into a large table, so that they overlap. Bench: bench/parse-against-peers.ts.
   */
  countGroup(count: i32): void {
    const end = count * LINE_WORDS;
    for (let at: i32 = 0; at < end; at += LINE_WORDS) this.prepare(at);
    this.flows.touch(this.lines, LINE_FLOW_HASH, count);
    for (let at: i32 = 0; at < end; at += LINE_WORDS) this.findFlow(at);
    this.attempts.touch(this.lines, count);
    this.minutes.touch(this.lines, LINE_MINUTE_ROW, count);
    for (let index: i32 = 0; index < count; index++) this.countAttempts(index, index * LINE_WORDS);
    for (let index: i32 = 0; index < count; index++) this.count(index, index * LINE_WORDS);
  }

  /** The number of the flow of the first of `lines`, of which nothing is counted. */
  placeFlow(): i32 {
    return this.flows.indexOf(this.lines, 0, this.flows.hashOf(this.lines, 0));
  }

  /** Forgets the flows; their numbers start again from 0. */
  startSession(): void {
    this.flows.clear();
  }

  private prepare(at: i32): void {
    this.lines[at + LINE_FLOW_HASH] = this.flows.hashOf(this.lines, at);
    this.attempts.prepare(this.lines, at);
  }

  private findFlow(at: i32): void {
    const hash = this.lines[at + LINE_FLOW_HASH]!;
    const flow = this.flows.indexOf(this.lines, at, hash);
    this.lines[at + LINE_FLOW] = flow;
    this.lines[at + LINE_MINUTE_ROW] = this.minutes.rowOf(flow);
  }

  private countAttempts(index: i32, at: i32): void {
    const attempts = this.attempts.count(this.lines, at, this.times[index]!);
    this.lines[at + LINE_ATTEMPTS] = attempts;
  }

  private count(index: i32, at: i32): void {
    const lines = this.lines;
    const time = this.times[index]!;
    const flow = lines[at + LINE_FLOW]!;
    const minute = Math.floor(time / MICROS_PER_MINUTE);
    const packets = lines[at + LINE_REPEATED]!;
    const attempts = lines[at + LINE_ATTEMPTS]!;
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
