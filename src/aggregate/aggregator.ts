import type {
  CountedBatch,
  LineTally,
  OpenedAttempts,
  TransactionEnd,
} from "../model/counted-batch.ts";
import { COUNT_COLUMNS } from "../model/count-row.ts";
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
} from "../model/flow-key.ts";
import {
  LINE_END,
  LINE_ICMP_ID,
  LINE_ICMP_SEQ,
  LINE_ID,
  LINE_LENGTH,
  LINE_REPEATED,
  LINE_SRC_PORT,
  LINE_START,
  LINE_TCP_FLAGS,
  LINE_UPTIME_SECONDS,
} from "../model/line-words.ts";
import { type Verdict, verdictOf } from "../model/verdict.ts";
import { AttemptsLog } from "./attempts-log.ts";
import { ByteDictionary } from "./byte-dictionary.ts";
import type { CounterTables } from "./counter-tables.ts";
import { type CountedLines, RecentDenials } from "./recent-denials.ts";

/** Above these, names share one: text in a log can be anybody's. */
const PREFIXES_MAX = 4096;
const NODES_MAX = 1000;
/** Flows kept in memory from batch to batch; beyond it the session starts anew. */
const SESSION_FLOWS_MAX = 1_048_576;
/** Larger numbers of packets or bytes are none that a kernel prints. */
const I32_MAX = 2_147_483_647;

const decoder = new TextDecoder();

/** What the aggregator needs of a LOG line: numbers, and where its names lie. */
export type LogLine = {
  readonly family: number;
  readonly src0: number;
  readonly src1: number;
  readonly src2: number;
  readonly src3: number;
  readonly dst0: number;
  readonly dst1: number;
  readonly dst2: number;
  readonly dst3: number;
  readonly protocol: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly icmpId: number;
  readonly icmpSeq: number;
  readonly id: number;
  readonly uptimeSeconds: number;
  readonly repeated: number;
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

/** The numbers under which a line was counted. */
export type CountedLine = {
  readonly prefix: number;
  readonly node: number;
  readonly isDenial: boolean;
};

/** Counts LOG lines per flow and minute, in the tables that it is given. */
export class Aggregator {
  readonly #settings: AggregatorSettings;
  readonly #tables: CounterTables;
  readonly #attempts: AttemptsLog;
  readonly #recent = new RecentDenials();
  #nodes = new ByteDictionary(NODES_MAX, "(other)");
  #prefixes = new ByteDictionary(PREFIXES_MAX, "(other)");
  #verdicts: Verdict[] = [];
  #flowsTaken = 0;
  #startsSession = true;
  #fixedNode = -1;

  constructor(settings: AggregatorSettings, tables: CounterTables) {
    this.#settings = settings;
    this.#tables = tables;
    this.#attempts = new AttemptsLog(tables.attempts);
  }

  /** The attempts that were open when the lines before were committed. */
  load(opened: readonly OpenedAttempts[]): void {
    this.#attempts.load(opened);
  }

  /**
   * Counts a line that lies at [start, end) of its batch. Its names lie in `text`, which for a
   * decoded message is another buffer.
   */
  add(text: Uint8Array, start: number, end: number, line: LogLine, time: number): CountedLine {
    let prefix = this.#prefixes.indexOf(text, line.prefixStart, line.prefixEnd);
    if (this.#prefixes.isOther(prefix)) prefix = this.#foldedPrefix(text, line);
    if (prefix >= this.#verdicts.length) this.#judge(prefix);
    const node = this.#nodeOf(text, line);
    const { lines, times } = this.#tables;
    putFlow(lines, text, line);
    lines[FLOW_ORIGIN] = (prefix << 16) | node;
    lines[LINE_SRC_PORT] = line.srcPort;
    lines[LINE_ICMP_ID] = line.icmpId;
    lines[LINE_ICMP_SEQ] = line.icmpSeq;
    lines[LINE_ID] = line.id;
    lines[LINE_UPTIME_SECONDS] = line.uptimeSeconds;
    lines[LINE_REPEATED] = Math.min(line.repeated, I32_MAX);
    lines[LINE_LENGTH] = Math.min(line.length, I32_MAX);
    lines[LINE_TCP_FLAGS] = line.tcpFlags;
    lines[LINE_START] = start;
    lines[LINE_END] = end;
    times[0] = time;
    this.#tables.countGroup(1);
    return { prefix, node, isDenial: this.#verdicts[prefix] === "denied" };
  }

  /** Keeps the last denials of a batch that was counted; `release` gives its buffer back. */
  endBatch(batch: CountedLines, release: () => void): void {
    this.#recent.add(this.#tables.recent, batch, release);
  }

  /** The content of the last batches is closed next. */
  endContent(): void {
    this.#recent.settle();
  }

  /** Hands over what was counted since the last time. */
  take(): Omit<CountedBatch, "progress"> & {
    readonly prefixTally: LineTally["prefixes"];
  } {
    const { flows, minutes } = this.#tables;
    const endsSession = flows.count > SESSION_FLOWS_MAX;
    const counted = {
      startsSession: this.#startsSession,
      nodes: this.#nodes.takeNew(),
      prefixes: this.#prefixes.takeNew(),
      flows: {
        count: flows.count - this.#flowsTaken,
        words: flows.words.slice(this.#flowsTaken * FLOW_WORDS, flows.count * FLOW_WORDS),
      },
      minutes: {
        count: minutes.rows,
        values: minutes.values.slice(0, minutes.rows * COUNT_COLUMNS),
      },
      // They name flows by their numbers in this session.
      recent: endsSession ? this.#recent.take() : [],
      prefixTally: this.#takePrefixTally(),
    };
    minutes.clear();
    this.#flowsTaken = flows.count;
    this.#startsSession = false;
    if (endsSession) this.#startSession();
    return counted;
  }

  /** Ends a transaction: what was opened since the last, and the last denials. */
  endTransaction(): TransactionEnd {
    return { opened: this.#attempts.take(), recent: this.#recent.take() };
  }

  /** Beyond their bound prefixes fold, but a denial stays one: each glob has a name of its own. */
  #foldedPrefix(text: Uint8Array, { prefixStart, prefixEnd }: LogLine): number {
    const prefix = decoder.decode(text.subarray(prefixStart, prefixEnd));
    const glob = this.#settings.deniedPrefixes.find(
      (each) => verdictOf(prefix, [each]) === "denied",
    );
    const name = glob?.endsWith("*") === true ? `${glob.replaceAll("*", "")}(other)` : "(other)";
    return this.#prefixes.indexOfReserved(name);
  }

  #nodeOf(text: Uint8Array, line: LogLine): number {
    const { node } = this.#settings;
    if (node === undefined) return this.#nodes.indexOf(text, line.nodeStart, line.nodeEnd);
    if (this.#fixedNode < 0) this.#fixedNode = this.#nodes.indexOfText(node);
    return this.#fixedNode;
  }

  #startSession(): void {
    this.#tables.startSession();
    this.#fixedNode = -1;
    this.#flowsTaken = 0;
    this.#nodes = new ByteDictionary(NODES_MAX, "(other)");
    this.#prefixes = new ByteDictionary(PREFIXES_MAX, "(other)");
    this.#verdicts = [];
    this.#startsSession = true;
  }

  #judge(prefix: number): void {
    for (let index = this.#verdicts.length; index <= prefix; index++) {
      const verdict = verdictOf(this.#prefixes.nameOf(index), this.#settings.deniedPrefixes);
      this.#verdicts.push(verdict);
      this.#tables.isDenied[index] = verdict === "denied" ? 1 : 0;
    }
  }

  #takePrefixTally(): LineTally["prefixes"] {
    const { prefixLines, prefixPackets } = this.#tables;
    const tally: { prefix: number; lines: number; packets: number }[] = [];
    for (let prefix = 0; prefix < this.#verdicts.length; prefix++) {
      const lines = prefixLines[prefix]!;
      if (lines === 0) continue;
      tally.push({ prefix, lines, packets: prefixPackets[prefix]! });
      prefixLines[prefix] = 0;
      prefixPackets[prefix] = 0;
    }
    return tally;
  }
}

/** The key of the line's flow, but for where it comes from. */
function putFlow(words: Int32Array, text: Uint8Array, line: LogLine): void {
  words[FLOW_PROTOCOL] = (line.family << 16) | (line.protocol + 1);
  words[FLOW_SRC] = line.src3;
  words[FLOW_DST] = line.dst3;
  if (line.family === 6) {
    words[FLOW_SRC_HIGH] = line.src0;
    words[FLOW_SRC_HIGH + 1] = line.src1;
    words[FLOW_SRC_HIGH + 2] = line.src2;
    words[FLOW_DST_HIGH] = line.dst0;
    words[FLOW_DST_HIGH + 1] = line.dst1;
    words[FLOW_DST_HIGH + 2] = line.dst2;
  }
  words[FLOW_PORT] = line.dstPort + 1;
  words[FLOW_ICMP] = ((line.icmpType + 1) << 16) | (line.icmpCode + 1);
  packName(words, FLOW_IN, text, line.inStart, line.inEnd);
  packName(words, FLOW_OUT, text, line.outStart, line.outEnd);
}

/** Puts an interface name of at most 15 bytes into four words. */
function packName(
  words: Int32Array,
  word: number,
  text: Uint8Array,
  start: number,
  end: number,
): void {
  let at = start;
  for (let i = 0; i < FLOW_INTERFACE_WORDS; i++) {
    let packed = 0;
    for (let shift = 0; shift < 32 && at < end; shift += 8) packed |= text[at++]! << shift;
    words[word + i] = packed;
  }
}
