/**
 * Counts lines in WebAssembly: those that readCommonLine() reads, and those that are certainly
 * ordinary. At any other it stops, for the grammar to read it.
 */
import { GROUP_LINES, LineCounter } from "../../aggregate/line-counter";
import { RecentKeys } from "../../aggregate/recent-keys";
import { LINE_END, LINE_START, LINE_WORDS } from "../../model/line-words";
import { lineBytesMax } from "../../model/limits";
import { PADDING_BYTES } from "../../../parsers/wasm/bytes";
import { forgetNames, nodes, prefix, prefixes } from "../../../parsers/wasm/common-header";
import { readCommonLine } from "../../../parsers/wasm/common-line";
import { isOrdinary, lineEnd } from "../../../parsers/wasm/ordinary-line";
import { forgetHour, learnHour, stampTime } from "../../../parsers/wasm/stamp";

const counter = new LineCounter();
const lines: usize = counter.lines.dataStart;
const times: usize = counter.times.dataStart;
const isDenied: usize = counter.isDenied.dataStart;
const LINE_BYTES: usize = LINE_WORDS * 4;

/** Since the last startRun(). */
export let ordinaryLines: i32 = 0;
export let logLines: i32 = 0;
export let denials: i32 = 0;
/** Of the last LOG line that the last run() counted; 0 when there was none. */
export let lastTime: f64 = 0;
/** The latest time of all of these. */
export let latestTime: f64 = 0;

/** Times outside of these are for the grammar's clock to judge. */
let timeMin: f64 = -Infinity;
let timeMax: f64 = Infinity;

/** A place for lines, `bytes` long. */
export function allocateInput(bytes: i32): usize {
  return heap.alloc(bytes + PADDING_BYTES);
}

export function startRun(min: f64, max: f64): void {
  timeMin = min;
  timeMax = max;
  ordinaryLines = 0;
  logLines = 0;
  denials = 0;
}

/**
 * Counts the lines from `start` on, offsets into `input`. There is a line end right before `end`.
 * Returns where the line begins that it cannot read, or `end`; also where a denial begins, if it is
 * to stop at these.
 */
export function run(input: usize, start: i32, end: i32, stopsAtDenials: bool): i32 {
  const limit = input + end;
  let at = input + start;
  let group = 0;
  lastTime = 0;
  latestTime = 0;
  while (at < limit) {
    const line = lines + <usize>group * LINE_BYTES;
    const commonEnd = readCommonLine(at, line);
    const denial = load<u8>(isDenied + prefix);
    const isTimely = stampTime >= timeMin && stampTime <= timeMax;
    if (commonEnd !== 0 && isTimely && !(stopsAtDenials && denial !== 0)) {
      store<i32>(line, <i32>(at - input), LINE_START * 4);
      store<i32>(line, <i32>(commonEnd - input), LINE_END * 4);
      store<f64>(times + ((<usize>group) << 3), stampTime);
      lastTime = stampTime;
      if (stampTime > latestTime) latestTime = stampTime;
      logLines++;
      denials += denial;
      at = commonEnd + 1;
      if (++group === GROUP_LINES) {
        counter.countGroup(group);
        group = 0;
      }
    } else if (isOrdinary(at, limit) && <i32>(lineEnd - at) <= lineBytesMax) {
      ordinaryLines++;
      at = lineEnd + 1;
    } else break;
  }
  counter.countGroup(group);
  return <i32>(at - input);
}

/** Counts the lines whose words and times were put to the first places of the group. */
export function countGroup(count: i32): void {
  counter.countGroup(count);
}

/** The number of the flow whose key was put to the first place of the group. */
export function placeFlow(): i32 {
  return counter.placeFlow();
}

export function learnNode(at: usize, length: i32, number: i32): void {
  nodes.learn(at, length, number);
}

export function learnPrefix(at: usize, length: i32, number: i32): void {
  prefixes.learn(at, length, number);
}

export { forgetHour, learnHour };

export function startSession(): void {
  counter.startSession();
  forgetNames();
}

// Where the tables are, and how much of them is filled: src/aggregate/counter-tables.ts.

export function linesPlace(): usize {
  return lines;
}
export function timesPlace(): usize {
  return times;
}
export function isDeniedPlace(): usize {
  return isDenied;
}
export function prefixLinesPlace(): usize {
  return counter.prefixLines.dataStart;
}
export function prefixPacketsPlace(): usize {
  return counter.prefixPackets.dataStart;
}
export function flowCount(): i32 {
  return counter.flows.count;
}
export function flowWordsPlace(): usize {
  return counter.flows.words.dataStart;
}
export function minuteRows(): i32 {
  return counter.minutes.rows;
}
export function minuteValuesPlace(): usize {
  return counter.minutes.values.dataStart;
}
export function clearMinutes(): void {
  counter.minutes.clear();
}
export function recentCount(): i32 {
  return counter.recent.count;
}
export function recentStartPlace(): usize {
  return counter.recent.start.dataStart;
}
export function recentEndPlace(): usize {
  return counter.recent.end.dataStart;
}
export function recentFlowPlace(): usize {
  return counter.recent.flow.dataStart;
}
export function recentTimePlace(): usize {
  return counter.recent.time.dataStart;
}
export function clearRecent(): void {
  counter.recent.clear();
}
export function upperBoundCount(): i32 {
  return counter.attempts.upperBoundCount;
}
export function upperBoundMinutesPlace(): usize {
  return counter.attempts.upperBoundMinutes.dataStart;
}
export function clearUpperBound(): void {
  counter.attempts.upperBoundCount = 0;
}

/** The tables of open attempts: 0 those of connections, 1 those of copies. */
function keysOf(table: i32): RecentKeys {
  return table === 0 ? counter.attempts.connections : counter.attempts.copies;
}
export function keyEntriesMax(table: i32): i32 {
  return keysOf(table).entriesMax;
}
export function keyPlace(table: i32): usize {
  return keysOf(table).key.dataStart;
}
export function keyWordsPlace(table: i32): usize {
  return keysOf(table).words.dataStart;
}
export function keyIpv6WordsPlace(table: i32): usize {
  return keysOf(table).ipv6Words.dataStart;
}
export function keyTimesPlace(table: i32): usize {
  return keysOf(table).times.dataStart;
}
export function keyTotal(table: i32): f64 {
  return keysOf(table).total;
}
export function keyKeepFrom(table: i32): f64 {
  return keysOf(table).keepFrom;
}
export function keyForgottenTime(table: i32): f64 {
  return keysOf(table).forgottenTime;
}
export function setKeyForgottenTime(table: i32, time: f64): void {
  keysOf(table).forgottenTime = time;
}
export function loadKey(table: i32, ordinal: f64, time: f64): void {
  keysOf(table).load(ordinal, time);
}
