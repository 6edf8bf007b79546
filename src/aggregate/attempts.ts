import {
  FLOW_DST,
  FLOW_DST_HIGH,
  FLOW_ICMP,
  FLOW_PORT,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
} from "../model/flow-key.ts";
import {
  LINE_ATTEMPT_HASH,
  LINE_ATTEMPT_KEY,
  LINE_ICMP_ID,
  LINE_ICMP_SEQ,
  LINE_ID,
  LINE_REPEATED,
  LINE_SRC_PORT,
  LINE_UPTIME_SECONDS,
} from "../model/line-words.ts";
import { PROTOCOL_TCP } from "../model/protocol-number.ts";
import { MICROS_PER_MINUTE, MICROS_PER_SECOND } from "../model/time-unit.ts";
import { RecentKeys } from "./recent-keys.ts";

/** How long after its first SYN a client may retransmit: tcp_syn_retries = 6 takes 127 s. */
const ATTEMPT_WINDOW_MICROS = 130 * MICROS_PER_SECOND;
const OPEN_ATTEMPTS_MAX = 65_536;
/** The second line of a packet that two policies log comes within microseconds. */
const COPY_WINDOW_MICROS = 2 * MICROS_PER_SECOND;
const COPIES_MAX = 4096;
const UPPER_BOUND_MINUTES_MIN = 64;
const ABSENT = -1;

/**
 * Folds denials into attempts: retransmits of one TCP connection, and the second line of a packet
 * that was logged by the egress and by the ingress policy of one node.
 */
export class Attempts {
  readonly connections: RecentKeys = new RecentKeys(OPEN_ATTEMPTS_MAX, ATTEMPT_WINDOW_MICROS);
  readonly copies: RecentKeys = new RecentKeys(COPIES_MAX, COPY_WINDOW_MICROS);
  /** Minutes whose attempts are an upper bound, for the table of open ones overflowed. */
  upperBoundMinutes: Float64Array = new Float64Array(UPPER_BOUND_MINUTES_MIN);
  upperBoundCount: i32 = 0;

  /** Makes the key and the hash that count() looks for. */
  prepare(lines: Int32Array, at: i32): void {
    const keys = this.keysOf(lines, at);
    if (keys === null) return;
    this.putKey(keys, lines, at);
    lines[at + LINE_ATTEMPT_HASH] = keys.hashOf(lines, at + LINE_ATTEMPT_KEY);
  }

  /** Before count(). The other table is small. */
  touch(lines: Int32Array, count: i32): void {
    this.connections.touch(lines, LINE_ATTEMPT_HASH, count);
  }

  /** How many attempts the prepared denial begins: none when it belongs to one met before. */
  count(lines: Int32Array, at: i32, time: f64): i32 {
    const keys = this.keysOf(lines, at);
    if (keys === null) return lines[at + LINE_REPEATED]!;
    const hash = lines[at + LINE_ATTEMPT_HASH]!;
    const isKnown = keys.isKnown(lines, at + LINE_ATTEMPT_KEY, hash, time);
    if (keys === this.connections) this.noteOverflow(time);
    return isKnown ? 0 : 1;
  }

  /** Where the denial may have been met before; null for one that is an attempt of its own. */
  private keysOf(lines: Int32Array, at: i32): RecentKeys | null {
    const isTcp = (lines[at + FLOW_PROTOCOL]! & 0xffff) === PROTOCOL_TCP + 1;
    if (isTcp && lines[at + FLOW_PORT]! !== 0) return this.connections;
    const hasId = lines[at + LINE_ID]! !== ABSENT && lines[at + LINE_UPTIME_SECONDS]! !== ABSENT;
    return hasId ? this.copies : null;
  }

  private putKey(keys: RecentKeys, lines: Int32Array, at: i32): void {
    const key = at + LINE_ATTEMPT_KEY;
    const icmp = lines[at + FLOW_ICMP]!;
    const isConnection = keys === this.connections;
    const id = isConnection ? 0 : lines[at + LINE_ID]! & 0xffff;
    lines[key] = lines[at + FLOW_PROTOCOL]!;
    lines[key + 1] = lines[at + FLOW_SRC]!;
    lines[key + 2] = lines[at + FLOW_DST]!;
    lines[key + 3] =
      icmp === 0
        ? (lines[at + LINE_SRC_PORT]! << 16) | (lines[at + FLOW_PORT]! & 0xffff)
        : (lines[at + LINE_ICMP_ID]! << 16) | (lines[at + LINE_ICMP_SEQ]! & 0xffff);
    lines[key + 4] = (((icmp >>> 16) - 1) << 24) | (((icmp - 1) & 0xff) << 16) | id;
    lines[key + 5] = isConnection ? 0 : lines[at + LINE_UPTIME_SECONDS]!;
    if (lines[at + FLOW_PROTOCOL]! >>> 16 === 6) {
      for (let i: i32 = 0; i < 3; i++) {
        lines[key + 6 + i] = lines[at + FLOW_SRC_HIGH + i]!;
        lines[key + 9 + i] = lines[at + FLOW_DST_HIGH + i]!;
      }
    }
  }

  /** An attempt that is forgotten while it may still retransmit will be counted again. */
  private noteOverflow(time: f64): void {
    const until = this.connections.forgottenTime + ATTEMPT_WINDOW_MICROS;
    if (until <= time) return;
    const minute = Math.floor(time / MICROS_PER_MINUTE);
    const count = this.upperBoundCount;
    if (count > 0 && this.upperBoundMinutes[count - 1]! === minute) return;
    if (count === this.upperBoundMinutes.length) {
      const minutes = new Float64Array(count * 2);
      minutes.set(this.upperBoundMinutes);
      this.upperBoundMinutes = minutes;
    }
    this.upperBoundMinutes[count] = minute;
    this.upperBoundCount = count + 1;
  }
}
