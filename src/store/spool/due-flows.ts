import type Database from "better-sqlite3";
import type { FlowOfMessage } from "../../model/outgoing.ts";
import { podInterfaceDefaults } from "../../model/pod-interface.ts";
import type { SpooledFlow } from "../../model/spool.ts";
import { tcpFlagsOf } from "../../model/tcp-flags.ts";
import { MICROS_PER_MINUTE, MICROS_PER_SECOND } from "../../model/time-unit.ts";
import { type FlowColumns, flowColumns, flowFields } from "../flow-fields.ts";

/** Messages of one chunk. */
const FLOWS_PER_CHUNK_MAX = 1000;
/** The last lines of an interval are counted so long after its end, when nothing is behind. */
const GRACE_MICROS = 5 * MICROS_PER_SECOND;

const TCP = "tcp";

type Row = FlowColumns & {
  /** In minutes since the epoch. */
  readonly interval_start: number;
  readonly flow: number;
  readonly verdict: string;
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly tcp_flags: number;
  readonly first_seen: number;
  readonly last_seen: number;
};

/** Takes what was added up of intervals that have ended, with the names as of now. */
export class DueFlows {
  readonly #intervalMinutes: number;
  readonly #podInterfaces: readonly string[];
  readonly #some: Database.Statement<[number], Row>;
  readonly #remove: Database.Statement<[number, number]>;

  constructor(
    database: Database.Database,
    intervalMinutes: number,
    podInterfaces = podInterfaceDefaults,
  ) {
    this.#podInterfaces = podInterfaces;
    this.#intervalMinutes = intervalMinutes;
    this.#some = database.prepare(
      `SELECT d.*, ${flowColumns}, p.verdict
       FROM flow_deltas d JOIN flows f ON f.id = d.flow JOIN prefixes p ON p.id = f.prefix
       WHERE d.interval_start <= ? ORDER BY d.interval_start, d.flow LIMIT ${FLOWS_PER_CHUNK_MAX}`,
    );
    this.#remove = database.prepare(
      "DELETE FROM flow_deltas WHERE interval_start = ? AND flow = ?",
    );
  }

  /**
   * Removes some from the table; undefined when no more are due. Those that are no denials were
   * counted, and are no messages: it may be none.
   */
  take(now: number): readonly SpooledFlow[] | undefined {
    const minute = Math.floor((now - GRACE_MICROS) / MICROS_PER_MINUTE);
    const rows = this.#some.all(minute - this.#intervalMinutes);
    if (rows.length === 0) return undefined;
    for (const { interval_start, flow } of rows) this.#remove.run(interval_start, flow);
    const denied = rows.filter(({ verdict }) => verdict === "denied");
    return denied.map((row) => {
      return spooledFlow(row, this.#intervalMinutes, flowFields(row, this.#podInterfaces));
    });
  }
}

function spooledFlow(row: Row, intervalMinutes: number, flow: FlowOfMessage): SpooledFlow {
  return {
    flow,
    intervalStart: row.interval_start * MICROS_PER_MINUTE,
    intervalEnd: (row.interval_start + intervalMinutes) * MICROS_PER_MINUTE,
    packets: row.packets,
    attempts: row.attempts,
    bytes: row.bytes,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    ...(flow.protocol === TCP ? { tcpFlags: tcpFlagsOf(row.tcp_flags) } : {}),
  };
}
