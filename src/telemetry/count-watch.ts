import { COUNT_ATTEMPTS, COUNT_COLUMNS, COUNT_FLOW, COUNT_PACKETS } from "../model/count-row.ts";
import type { CountedBatch, FlowKeys, LineTally, Loss } from "../model/counted-batch.ts";
import { directionOf, directions } from "../model/direction.ts";
import {
  FLOW_IN,
  FLOW_INTERFACE_WORDS,
  FLOW_ORIGIN,
  FLOW_OUT,
  FLOW_WORDS,
} from "../model/flow-key.ts";
import type { OtherLineKind } from "../model/line-kind.ts";
import { podInterfaceDefaults } from "../model/pod-interface.ts";
import { prefixJudge, type PrefixJudge, type PrefixSettings } from "../model/prefix-meaning.ts";
import type { AgentMetrics } from "./agent-metrics.ts";

const FLOWS_MIN = 1024;
const NO_DENIAL = 255;

/**
 * Adds what batches amount to to the metrics. A flow's direction is told from its names when it is
 * new, and found by its index from then on: nothing is made for a packet.
 */
export class CountWatch {
  readonly #metrics: AgentMetrics;
  readonly #judge: PrefixJudge;
  readonly #podInterfaces: readonly string[];
  /** By index of the session. */
  #isDenied: boolean[] = [];
  /** Index of the direction of each flow of the session, or NO_DENIAL. */
  #directions = new Uint8Array(FLOWS_MIN);
  #flows = 0;
  readonly #packets = new Float64Array(directions.length);
  readonly #attempts = new Float64Array(directions.length);

  constructor(
    metrics: AgentMetrics,
    settings: PrefixSettings & { readonly podInterfaces?: readonly string[] },
  ) {
    this.#podInterfaces = settings.podInterfaces ?? podInterfaceDefaults;
    this.#metrics = metrics;
    this.#judge = prefixJudge(settings);
  }

  /** Its arrays are somebody else's afterwards. */
  counted(batch: CountedBatch): void {
    if (batch.startsSession) {
      this.#isDenied = [];
      this.#flows = 0;
    }
    for (const prefix of batch.prefixes) {
      this.#isDenied.push(this.#judge(prefix).verdict === "denied");
    }
    this.#addFlows(batch.flows);
    this.#addMinutes(batch.minutes);
    this.#addLines(batch.progress.tally);
    for (const loss of batch.progress.losses) this.#addLoss(loss);
  }

  #addFlows({ count, words }: FlowKeys): void {
    this.#makeRoom(this.#flows + count);
    const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
    let direction = NO_DENIAL;
    for (let at = 0; at < count * FLOW_WORDS; at += FLOW_WORDS) {
      const isDenied = this.#isDenied[words[at + FLOW_ORIGIN]! >>> 16] === true;
      // In a flood, flow by flow has the same names.
      if (at === 0 || !hasNamesOfLast(words, at)) direction = this.#directionAt(bytes, at);
      this.#directions[this.#flows++] = isDenied ? direction : NO_DENIAL;
    }
  }

  /** Index of the direction of a flow whose key begins at a word of these bytes. */
  #directionAt(bytes: Buffer, word: number): number {
    const [from, to] = [nameAt(bytes, word + FLOW_IN), nameAt(bytes, word + FLOW_OUT)];
    return directions.indexOf(directionOf(from, to, this.#podInterfaces));
  }

  #addMinutes({ count, values }: CountedBatch["minutes"]): void {
    this.#packets.fill(0);
    this.#attempts.fill(0);
    for (let at = 0; at < count * COUNT_COLUMNS; at += COUNT_COLUMNS) {
      const direction = this.#directions[values[at + COUNT_FLOW]!] ?? NO_DENIAL;
      if (direction === NO_DENIAL) continue;
      this.#packets[direction]! += values[at + COUNT_PACKETS]!;
      this.#attempts[direction]! += values[at + COUNT_ATTEMPTS]!;
    }
    for (const [index, direction] of directions.entries()) {
      this.#metrics.denials.inc({ direction }, this.#packets[index]);
      this.#metrics.attempts.inc({ direction }, this.#attempts[index]);
    }
  }

  #addLines({ lines, other, rejected, prefixes }: LineTally): void {
    const metrics = this.#metrics;
    metrics.lines.inc(lines);
    for (const [kind, count] of Object.entries(other)) metrics.otherLines.inc({ kind }, count);
    for (const { reason, lines: count } of rejected) metrics.rejectedLines.inc({ reason }, count);
    for (const { prefix, lines: count } of prefixes) {
      if (this.#isDenied[prefix] === true) metrics.denialLines.inc(count);
      else metrics.otherLines.inc({ kind: "other-verdict" satisfies OtherLineKind }, count);
    }
  }

  #addLoss({ reason, lines, bytes }: Loss): void {
    this.#metrics.losses.inc({ reason });
    if (lines !== undefined) this.#metrics.lostLines.inc({ reason }, lines);
    if (bytes !== undefined) this.#metrics.lostBytes.inc({ reason }, bytes);
  }

  #makeRoom(flows: number): void {
    if (flows <= this.#directions.length) return;
    const more = new Uint8Array(Math.max(flows, this.#directions.length * 2));
    more.set(this.#directions);
    this.#directions = more;
  }
}

function hasNamesOfLast(words: Int32Array, at: number): boolean {
  for (let word = at + FLOW_IN; word < at + FLOW_IN + 2 * FLOW_INTERFACE_WORDS; word++) {
    if (words[word] !== words[word - FLOW_WORDS]) return false;
  }
  return true;
}

/** What an interface name begins with: all of it, up to the first 0, where it is no kernel's. */
function nameAt(bytes: Buffer, word: number): string {
  const start = word * 4;
  const last = start + FLOW_INTERFACE_WORDS * 4;
  let end = start;
  while (end < last && bytes[end] !== 0) end++;
  return bytes.toString("latin1", start, end);
}
