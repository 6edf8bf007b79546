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
import { prefixJudge, type PrefixJudge, type PrefixSettings } from "../model/prefix-meaning.ts";
import type { AgentMetrics } from "./agent-metrics.ts";

const FLOWS_MIN = 1024;
const NO_DENIAL = 255;

const decoder = new TextDecoder();

/**
 * Adds what batches amount to to the metrics. A flow's direction is told from its names when it is
 * new, and found by its index from then on: nothing is made for a packet.
 */
export class CountWatch {
  readonly #metrics: AgentMetrics;
  readonly #judge: PrefixJudge;
  /** By index of the session. */
  #isDenied: boolean[] = [];
  /** Index of the direction of each flow of the session, or NO_DENIAL. */
  #directions = new Uint8Array(FLOWS_MIN);
  #flows = 0;
  readonly #packets = new Float64Array(directions.length);
  readonly #attempts = new Float64Array(directions.length);

  constructor(metrics: AgentMetrics, settings: PrefixSettings) {
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
    for (let flow = 0; flow < count; flow++) {
      this.#directions[this.#flows++] = this.#directionAt(words, flow * FLOW_WORDS);
    }
  }

  #directionAt(words: Int32Array, at: number): number {
    const prefix = words[at + FLOW_ORIGIN]! >>> 16;
    if (this.#isDenied[prefix] !== true) return NO_DENIAL;
    const direction = directionOf(nameAt(words, at + FLOW_IN), nameAt(words, at + FLOW_OUT));
    return directions.indexOf(direction);
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

/** An interface name, packed into words with its first byte lowest. */
function nameAt(words: Int32Array, at: number): string {
  const { buffer, byteOffset } = words;
  const bytes = new Uint8Array(buffer, byteOffset + at * 4, FLOW_INTERFACE_WORDS * 4);
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}
