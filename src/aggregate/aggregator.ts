import type {
  CountedBatch,
  LineTally,
  OpenedAttempts,
  RecentColumns,
  TransactionEnd,
} from "../model/counted-batch.ts";
import { COUNT_COLUMNS } from "../model/count-row.ts";
import type { FollowUp } from "../model/follow-up.ts";
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
import {
  plainPrefix,
  prefixJudge,
  type PrefixJudge,
  type PrefixMeaning,
  type PrefixSettings,
} from "../model/prefix-meaning.ts";
import { nameOfPrefix, verdictOf } from "../model/verdict.ts";
import { AttemptsLog } from "./attempts-log.ts";
import { ByteDictionary } from "./byte-dictionary.ts";
import type { CounterTables } from "./counter-tables.ts";
import { FollowUpCounts } from "./follow-up-counts.ts";
import { answeredBy, type PacketNumbers } from "./original-packet.ts";
import { columnsOf, type CountedLines, RecentDenials } from "./recent-denials.ts";

/** Above these, names share one: text in a log can be anybody's. */
const PREFIXES_MAX = 4096;
const NODES_MAX = 1000;
const SESSION_FLOWS_MAX = 1_048_576;
/** Larger numbers of packets or bytes are none that a kernel prints. */
const I32_MAX = 2_147_483_647;

const decoder = new TextDecoder();

/** What the aggregator needs of a LOG line: numbers, and where its names lie. */
export type LogLine = PacketNumbers & {
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

export type TakenCounts = Omit<CountedBatch, "progress" | "events"> & {
  readonly prefixTally: LineTally["prefixes"];
};

export type AggregatorSettings = PrefixSettings & {
  /** The node of all lines; else the header of each line names it. */
  readonly node?: string | undefined;
  /** The raw text of denials is of no use to anybody, and not kept. */
  readonly forgetsText?: boolean;
  /** Flows kept in memory from batch to batch (1,048,576); beyond it the session starts anew. */
  readonly sessionFlowsMax?: number;
};

/** The numbers under which a line was counted. */
export type CountedLine = {
  readonly prefix: number;
  readonly node: number;
  readonly isDenial: boolean;
  /** Nothing is counted of a follow-up yet: it belongs to addFollowUp(). */
  readonly followUp?: FollowUp | undefined;
};

/** Counts LOG lines per flow and minute, in the tables that it is given. */
export class Aggregator {
  readonly #settings: AggregatorSettings;
  readonly #judge: PrefixJudge;
  readonly #plainPrefix: string;
  readonly #sessionFlowsMax: number;
  readonly #tables: CounterTables;
  readonly #attempts: AttemptsLog;
  readonly #recent = new RecentDenials();
  readonly #followUps = new FollowUpCounts();
  #nodes = new ByteDictionary(NODES_MAX, "(other)");
  #prefixes = new ByteDictionary(PREFIXES_MAX, "(other)");
  #meanings: PrefixMeaning[] = [];
  #flowsTaken = 0;
  #session = 1;
  #startsSession = true;
  #fixedNode = -1;

  constructor(settings: AggregatorSettings, tables: CounterTables) {
    this.#settings = settings;
    this.#judge = prefixJudge(settings);
    this.#plainPrefix = plainPrefix(settings);
    this.#sessionFlowsMax = settings.sessionFlowsMax ?? SESSION_FLOWS_MAX;
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
    const prefix = this.#prefixOf(text, line);
    const { verdict, followUp } = this.#meaningOf(prefix);
    const node = this.#nodeOf(text, line);
    if (followUp !== undefined) return { prefix, node, isDenial: false, followUp };
    const { lines, times } = this.#tables;
    putPacket(lines, line);
    packName(lines, FLOW_IN, text, line.inStart, line.inEnd);
    packName(lines, FLOW_OUT, text, line.outStart, line.outEnd);
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
    return { prefix, node, isDenial: verdict === "denied" };
  }

  /**
   * Counts `line.repeated` packets more of a LOG line that was counted before: as a line of its own
   * would be counted at that time, but that it is no line and has no text. Gives whether they are
   * denials.
   */
  addRepeats(text: Uint8Array, line: LogLine, time: number): boolean {
    const prefix = this.#prefixOf(text, line);
    const { verdict, followUp } = this.#meaningOf(prefix);
    if (followUp !== undefined) return false;
    // The texts of denials are kept.
    this.#tables.isDenied[prefix] = 0;
    this.add(text, 0, 0, line, time);
    this.#tables.isDenied[prefix] = verdict === "denied" ? 1 : 0;
    this.#tables.prefixLines[prefix]! -= 1;
    return verdict === "denied";
  }

  /**
   * Counts a follow-up that add() has found, at the flow of the packet that it answers. The lines
   * of that flow may have any prefix that names a policy, and may have been counted by a process
   * before this one: so it is the plain prefix here, and queries join the two. `inner` is the
   * packet that an ICMP error carries.
   */
  addFollowUp(
    text: Uint8Array,
    line: LogLine,
    inner: PacketNumbers | undefined,
    { followUp, node }: CountedLine,
    time: number,
  ): void {
    if (followUp === undefined) return;
    const original = followUp === "icmpError" ? inner : answeredBy(line);
    // Without the packet that it is about, nobody knows whose error it is.
    if (original === undefined) return;
    const prefix = this.#prefixes.indexOfReserved(this.#plainPrefix);
    this.#meaningOf(prefix);
    const { lines } = this.#tables;
    putPacket(lines, original);
    packName(lines, FLOW_IN, text, line.outStart, line.outEnd);
    packName(lines, FLOW_OUT, text, line.inStart, line.inEnd);
    lines[FLOW_ORIGIN] = (prefix << 16) | node;
    this.#followUps.add(followUp, this.#tables.placeFlow(), time, line.repeated);
  }

  /** The denials of a batch that was counted and not ended; its bytes are those of its buffer. */
  denialsOf({ bytes }: CountedLines): RecentColumns {
    return columnsOf(this.#session, this.#tables.recent, bytes);
  }

  /** Keeps the last denials of a batch that was counted; `release` gives its buffer back. */
  endBatch(batch: CountedLines, release: () => void): void {
    if (this.#settings.forgetsText === true) {
      this.#tables.recent.clear();
      release();
      return;
    }
    this.#recent.add(this.#session, this.#tables.recent, batch, release);
  }

  /** The content of the last batches is closed next. */
  endContent(): void {
    this.#recent.settle();
  }

  /** New flows and counts that take() would hand over: what they need of memory grows with it. */
  get rows(): number {
    const { flows, minutes } = this.#tables;
    return flows.count - this.#flowsTaken + minutes.rows;
  }

  /** Of denials that endTransaction() would hand over. */
  get textBytes(): number {
    return this.#recent.bytes;
  }

  /**
   * Hands over what was counted since the last time. With `wantsNewSession`, what is counted next
   * is known by new numbers, as it is when there are too many.
   */
  take(wantsNewSession = false): TakenCounts {
    const counted = this.takeInPlace(wantsNewSession);
    const { flows, minutes } = counted;
    return {
      ...counted,
      flows: { ...flows, words: flows.words.slice() },
      minutes: { ...minutes, values: minutes.values.slice() },
    };
  }

  /** As take(), but flows and minutes stay where they are: the next line may write over them. */
  takeInPlace(wantsNewSession = false): TakenCounts {
    const { flows, minutes } = this.#tables;
    const endsSession = wantsNewSession || flows.count > this.#sessionFlowsMax;
    const counted = {
      session: this.#session,
      startsSession: this.#startsSession,
      nodes: this.#nodes.takeNew(),
      prefixes: this.#prefixes.takeNew(),
      flows: {
        count: flows.count - this.#flowsTaken,
        words: flows.words.subarray(this.#flowsTaken * FLOW_WORDS, flows.count * FLOW_WORDS),
      },
      minutes: {
        count: minutes.rows,
        values: minutes.values.subarray(0, minutes.rows * COUNT_COLUMNS),
      },
      followUps: this.#followUps.take(),
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

  #prefixOf(text: Uint8Array, line: LogLine): number {
    const prefix = this.#prefixes.indexOf(text, line.prefixStart, line.prefixEnd);
    return this.#prefixes.isOther(prefix) ? this.#foldedPrefix(text, line) : prefix;
  }

  /** Beyond their bound prefixes fold, but a denial stays one: each glob has a name of its own. */
  #foldedPrefix(text: Uint8Array, { prefixStart, prefixEnd }: LogLine): number {
    const prefix = decoder.decode(text.subarray(prefixStart, prefixEnd));
    const { deniedPrefixes } = this.#settings;
    const meaning = this.#judge(prefix);
    if (meaning.followUp !== undefined) {
      return this.#prefixes.indexOfReserved(`${nameOfPrefix(prefix)}: `);
    }
    if (meaning.verdict !== "denied") return this.#prefixes.indexOfReserved("(other)");
    const glob = deniedPrefixes.find((each) => verdictOf(prefix, [each]) === "denied");
    if (glob?.endsWith("*") === true) {
      return this.#prefixes.indexOfReserved(`${glob.replaceAll("*", "")}(other)`);
    }
    // Named by the template, or by a glob without a star at its end.
    return this.#prefixes.indexOfReserved(this.#plainPrefix);
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
    this.#meanings = [];
    this.#session++;
    this.#startsSession = true;
  }

  #meaningOf(prefix: number): PrefixMeaning {
    for (let index = this.#meanings.length; index <= prefix; index++) {
      const meaning = this.#judge(this.#prefixes.nameOf(index));
      this.#meanings.push(meaning);
      this.#tables.isDenied[index] = meaning.verdict === "denied" ? 1 : 0;
    }
    return this.#meanings[prefix]!;
  }

  #takePrefixTally(): LineTally["prefixes"] {
    const { prefixLines, prefixPackets } = this.#tables;
    const tally: { prefix: number; lines: number; packets: number }[] = [];
    for (let prefix = 0; prefix < this.#meanings.length; prefix++) {
      const [lines, packets] = [prefixLines[prefix]!, prefixPackets[prefix]!];
      // Repeats are packets without a line.
      if (lines === 0 && packets === 0) continue;
      tally.push({ prefix, lines, packets });
      prefixLines[prefix] = 0;
      prefixPackets[prefix] = 0;
    }
    return tally;
  }
}

/** The key of a packet's flow, but for its interfaces and where it comes from. */
function putPacket(words: Int32Array, line: PacketNumbers): void {
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
