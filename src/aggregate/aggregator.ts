import {
  FLOW_DST,
  FLOW_DST_HIGH,
  FLOW_ICMP,
  FLOW_IN,
  FLOW_INTERFACE_WORDS,
  FLOW_ORIGIN,
  FLOW_OUT,
  FLOW_PORT,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
  FLOW_WORDS,
  FLOW_WORDS_IPV4,
  type CountedBatch,
  type LineTally,
  type OpenedAttempts,
} from "../model/counted-batch.ts";
import { SpanCounts } from "../model/span-counts.ts";
import { MICROS_PER_MINUTE } from "../model/time-window.ts";
import { type Verdict, verdictOf } from "../model/verdict.ts";
import { type AttemptFacts, Attempts } from "./attempts.ts";
import { ByteDictionary } from "./byte-dictionary.ts";
import { FlowTable } from "./flow-table.ts";
import { RecentLines } from "./recent-lines.ts";

/** Above these, names share one: text in a log can be anybody's. */
const PREFIXES_MAX = 4096;
const NODES_MAX = 1000;
/** Flows kept in memory from batch to batch; beyond it the session starts anew. */
const SESSION_FLOWS_MAX = 1_048_576;

const decoder = new TextDecoder();

/** What the aggregator needs of a LOG line: numbers, and where its names lie. */
export type LogLine = AttemptFacts & {
  readonly length: number;
  readonly tcpFlags: number;
  readonly prefixStart: number;
  readonly prefixEnd: number;
  readonly inStart: number;
  readonly inEnd: number;
  readonly outStart: number;
  readonly outEnd: number;
  readonly nodeStart: number;
  readonly nodeEnd: number;
};

export type AggregatorSettings = {
  /** The node of all lines; else the header of each line names it. */
  readonly node?: string | undefined;
  readonly deniedPrefixes: readonly string[];
};

/** Counts LOG lines per flow and minute, in typed arrays, for one batch after the other. */
export class Aggregator {
  readonly #settings: AggregatorSettings;
  readonly #attempts = new Attempts();
  readonly #recent = new RecentLines();
  readonly #minutes = new SpanCounts();
  #flows = new FlowTable();
  #nodes = new ByteDictionary(NODES_MAX, "(other)");
  #prefixes = new ByteDictionary(PREFIXES_MAX, "(other)");
  #verdicts: Verdict[] = [];
  #prefixLines: number[] = [];
  #prefixPackets: number[] = [];
  #startsSession = true;
  #fixedNode = -1;

  constructor(settings: AggregatorSettings) {
    this.#settings = settings;
  }

  /** The attempts that were open when the lines before were committed. */
  load(opened: readonly OpenedAttempts[]): void {
    this.#attempts.load(opened);
  }

  /**
   * Bench: bench/import-against-mawk.ts. Whether the line is a denial. Its names lie in `bytes`,
   * which for a decoded message is not the batch's buffer; `start` and `end` are in the batch.
   */
  add(bytes: Uint8Array, start: number, end: number, line: LogLine, time: number): boolean {
    let prefix = this.#prefixes.indexOf(bytes, line.prefixStart, line.prefixEnd);
    if (this.#prefixes.isOther(prefix)) prefix = this.#foldedPrefix(bytes, line);
    if (prefix >= this.#verdicts.length) this.#judge(prefix);
    const node = this.#nodeOf(bytes, line);
    const { key } = this.#flows;
    key[FLOW_PROTOCOL] = (line.family << 16) | (line.protocol + 1);
    key[FLOW_SRC] = line.src3;
    key[FLOW_DST] = line.dst3;
    if (line.family === 6) {
      key[FLOW_SRC_HIGH] = line.src0;
      key[FLOW_SRC_HIGH + 1] = line.src1;
      key[FLOW_SRC_HIGH + 2] = line.src2;
      key[FLOW_DST_HIGH] = line.dst0;
      key[FLOW_DST_HIGH + 1] = line.dst1;
      key[FLOW_DST_HIGH + 2] = line.dst2;
    }
    key[FLOW_PORT] = line.dstPort + 1;
    key[FLOW_ICMP] = ((line.icmpType + 1) << 16) | (line.icmpCode + 1);
    key[FLOW_ORIGIN] = (prefix << 16) | node;
    packName(key, FLOW_IN, bytes, line.inStart, line.inEnd);
    packName(key, FLOW_OUT, bytes, line.outStart, line.outEnd);
    const flow = this.#flows.indexOfKey(line.family === 6 ? FLOW_WORDS : FLOW_WORDS_IPV4);
    const minute = Math.floor(time / MICROS_PER_MINUTE);
    const attempts = this.#attempts.count(line, time);
    const packets = line.repeated;
    const bytesOfPackets = Math.max(0, line.length) * packets;
    const flags = Math.max(0, line.tcpFlags);
    this.#minutes.add(flow, minute, time, time, packets, attempts, bytesOfPackets, flags);
    this.#prefixLines[prefix]! += 1;
    this.#prefixPackets[prefix]! += packets;
    const isDenial = this.#verdicts[prefix] === "denied";
    if (isDenial) this.#recent.add(start, end, flow, time);
    return isDenial;
  }

  /** Hands over what was counted since the last time, and starts a new batch. */
  take(bytes: Uint8Array): Omit<CountedBatch, "checkpoint" | "losses" | "tally" | "endsContent"> & {
    readonly prefixTally: LineTally["prefixes"];
  } {
    const counted = {
      startsSession: this.#startsSession,
      nodes: this.#nodes.takeNew(),
      prefixes: this.#prefixes.takeNew(),
      flows: this.#flows.takeNew(),
      minutes: this.#minutes.take(),
      recent: this.#recent.take(bytes),
      prefixTally: this.#takePrefixTally(),
    };
    this.#startsSession = false;
    if (this.#flows.size > SESSION_FLOWS_MAX) this.#startSession();
    return counted;
  }

  /** The attempts opened since the last time: they belong to the transaction that ends now. */
  takeAttempts(): OpenedAttempts {
    return this.#attempts.take();
  }

  /** Beyond their bound prefixes fold, but a denial stays one: each glob has a name of its own. */
  #foldedPrefix(bytes: Uint8Array, { prefixStart, prefixEnd }: LogLine): number {
    const text = decoder.decode(bytes.subarray(prefixStart, prefixEnd));
    const glob = this.#settings.deniedPrefixes.find((each) => verdictOf(text, [each]) === "denied");
    const name = glob?.endsWith("*") === true ? `${glob.replaceAll("*", "")}(other)` : "(other)";
    return this.#prefixes.indexOfReserved(name);
  }

  #nodeOf(bytes: Uint8Array, line: LogLine): number {
    const { node } = this.#settings;
    if (node === undefined) return this.#nodes.indexOf(bytes, line.nodeStart, line.nodeEnd);
    if (this.#fixedNode < 0) this.#fixedNode = this.#nodes.indexOfText(node);
    return this.#fixedNode;
  }

  #startSession(): void {
    this.#fixedNode = -1;
    this.#flows = new FlowTable();
    this.#nodes = new ByteDictionary(NODES_MAX, "(other)");
    this.#prefixes = new ByteDictionary(PREFIXES_MAX, "(other)");
    this.#verdicts = [];
    this.#prefixLines = [];
    this.#prefixPackets = [];
    this.#startsSession = true;
  }

  #judge(prefix: number): void {
    for (let index = this.#verdicts.length; index <= prefix; index++) {
      const text = this.#prefixes.nameOf(index);
      this.#verdicts.push(verdictOf(text, this.#settings.deniedPrefixes));
      this.#prefixLines.push(0);
      this.#prefixPackets.push(0);
    }
  }

  #takePrefixTally(): LineTally["prefixes"] {
    const tally: { prefix: number; lines: number; packets: number }[] = [];
    for (const [prefix, lines] of this.#prefixLines.entries()) {
      if (lines === 0) continue;
      tally.push({ prefix, lines, packets: this.#prefixPackets[prefix]! });
      this.#prefixLines[prefix] = 0;
      this.#prefixPackets[prefix] = 0;
    }
    return tally;
  }
}

/** Puts an interface name of at most 15 bytes into four words of a key. */
function packName(
  key: Int32Array,
  word: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  let at = start;
  for (let i = 0; i < FLOW_INTERFACE_WORDS; i++) {
    if (at + 4 <= end) {
      key[word + i] =
        bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      at += 4;
    } else {
      let packed = 0;
      for (let shift = 0; at < end; shift += 8) packed |= bytes[at++]! << shift;
      key[word + i] = packed;
    }
  }
}
