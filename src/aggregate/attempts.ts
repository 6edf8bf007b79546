import type { OpenedAttempts, RecentKeyEntries } from "../model/counted-batch.ts";
import { PROTOCOL_TCP } from "../model/protocol.ts";
import { MICROS_PER_MINUTE, MICROS_PER_SECOND } from "../model/time-window.ts";
import { RecentKeys } from "./recent-keys.ts";

/** How long after its first SYN a client may retransmit: tcp_syn_retries = 6 takes 127 s. */
const ATTEMPT_WINDOW_MICROS = 130 * MICROS_PER_SECOND;
const OPEN_ATTEMPTS_MAX = 65_536;
/** The second line of a packet that two policies log comes within microseconds. */
const COPY_WINDOW_MICROS = 2 * MICROS_PER_SECOND;
const COPIES_MAX = 4096;
const ABSENT = -1;

/** The numbers of a denial that decide whether it belongs to an attempt met before. */
export type AttemptFacts = {
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
};

/**
 * Folds denials into attempts: retransmits of one TCP connection, and the second line of a packet
 * that was logged by the egress and by the ingress policy of one node.
 */
export class Attempts {
  readonly #connections = new RecentKeys(OPEN_ATTEMPTS_MAX, ATTEMPT_WINDOW_MICROS);
  readonly #copies = new RecentKeys(COPIES_MAX, COPY_WINDOW_MICROS);
  #upperBoundMinutes = new Set<number>();

  /** How many attempts the denial begins: none when it belongs to one met before. */
  count(facts: AttemptFacts, time: number): number {
    if (facts.protocol === PROTOCOL_TCP && facts.dstPort !== ABSENT) {
      const isKnown = this.#isKnown(this.#connections, facts, time, 0, 0);
      this.#noteOverflow(time);
      return isKnown ? 0 : 1;
    }
    if (facts.id === ABSENT || facts.uptimeSeconds === ABSENT) return facts.repeated;
    return this.#isKnown(this.#copies, facts, time, facts.id, facts.uptimeSeconds) ? 0 : 1;
  }

  #isKnown(
    keys: RecentKeys,
    facts: AttemptFacts,
    time: number,
    id: number,
    uptimeSeconds: number,
  ): boolean {
    const { key } = keys;
    key[0] = (facts.family << 16) | (facts.protocol & 0xffff);
    key[1] = facts.src3;
    key[2] = facts.dst3;
    key[3] =
      facts.icmpType === ABSENT
        ? (facts.srcPort << 16) | (facts.dstPort & 0xffff)
        : (facts.icmpId << 16) | (facts.icmpSeq & 0xffff);
    key[4] = (facts.icmpType << 24) | ((facts.icmpCode & 0xff) << 16) | (id & 0xffff);
    key[5] = uptimeSeconds;
    if (facts.family === 6) {
      key[6] = facts.src0;
      key[7] = facts.src1;
      key[8] = facts.src2;
      key[9] = facts.dst0;
      key[10] = facts.dst1;
      key[11] = facts.dst2;
    }
    return keys.isKnown(time);
  }

  /** An attempt that is forgotten while it may still retransmit will be counted again. */
  #noteOverflow(time: number): void {
    const until = this.#connections.forgottenTime + ATTEMPT_WINDOW_MICROS;
    if (until <= time) return;
    this.#upperBoundMinutes.add(Math.floor(time / MICROS_PER_MINUTE));
  }

  /** What was opened since the last time. */
  take(): OpenedAttempts {
    const upperBoundMinutes = [...this.#upperBoundMinutes];
    this.#upperBoundMinutes = new Set();
    const connections = this.#connections.takeNew();
    return { connections, copies: this.#copies.takeNew(), upperBoundMinutes };
  }

  load(opened: readonly OpenedAttempts[]): void {
    const some = ({ count }: RecentKeyEntries) => count > 0;
    this.#connections.load(opened.map(({ connections }) => connections).filter(some));
    this.#copies.load(opened.map(({ copies }) => copies).filter(some));
  }
}
