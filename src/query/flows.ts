import type Database from "better-sqlite3";
import { type Direction, directionOf } from "../model/direction.ts";
import { KIND_FLOW } from "../model/flow-bounds.ts";
import { protocolName } from "../model/protocol.ts";
import { type TcpFlag, tcpFlagsOf } from "../model/tcp-flags.ts";
import { formatSeen } from "../model/time-window.ts";
import { addressText } from "../store/address-key.ts";
import { CUT_POLICY } from "../store/prefix-rows.ts";
import { fromFlows } from "./counts.ts";
import { conditionOf } from "./filter.ts";
import { hasFollowUps, withFollowUps, withoutFollowUps } from "./follow-ups.ts";
import { type Sources, sourcesOfOthers } from "./other-rows.ts";
import {
  type AnswerWindow,
  answerWindow,
  type Bounds,
  boundsOf,
  type Question,
} from "./question.ts";

/** A flow and what was counted of it in the window. Field names are part of the documented JSON. */
export type Flow = {
  /** Many flows of which there was no room for each; what they do not share is left out. */
  readonly other?: boolean;
  /** How many sources an `other` row has, and which share of that it may be wrong by. */
  readonly sources?: number;
  readonly sourcesError?: number;
  readonly src?: string;
  readonly dst?: string;
  readonly protocol?: string;
  readonly dstPort?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly direction?: Direction;
  readonly in?: string;
  readonly out?: string;
  readonly prefix: string;
  readonly policy?: string;
  /** The prefix was cut in the policy: there may be more of it. */
  readonly policyCut?: boolean;
  readonly tier?: string;
  readonly kind?: string;
  readonly node?: string;
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly tcpFlags?: readonly TcpFlag[];
  /** Connections that were let through after all, by what came back first. */
  readonly established?: number;
  readonly reset?: number;
  readonly icmpError?: number;
};

export type Totals = {
  readonly packets: number;
  readonly attempts: number;
  readonly flows: number;
};

export type FlowsAnswer = {
  readonly window: AnswerWindow;
  readonly totals: Totals & Bounds;
  readonly flows: readonly Flow[];
};

export const flowSorts = ["packets", "attempts", "bytes", "firstSeen", "lastSeen"] as const;
export type FlowSort = (typeof flowSorts)[number];

const sortColumns: Readonly<Record<FlowSort, string>> = {
  packets: "c.packets DESC",
  attempts: "c.attempts DESC",
  bytes: "c.bytes DESC",
  firstSeen: "c.first_seen",
  lastSeen: "c.last_seen DESC",
};

type Row = {
  readonly id: number;
  readonly flow_kind: number;
  readonly src: Buffer;
  readonly dst: Buffer;
  readonly protocol: number;
  readonly dst_port: number;
  readonly icmp_type: number;
  readonly icmp_code: number;
  readonly in_interface: string;
  readonly out_interface: string;
  readonly prefix: string;
  readonly tier: string | null;
  readonly kind: string | null;
  readonly policy: string | null;
  readonly is_cut: number;
  readonly node: string;
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly tcp_flags: number;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly established: number;
  readonly reset: number;
  readonly icmp_error: number;
};

/**
 * The flows of a window, most packets first; ties in the order of their keys. All of the answer is
 * of one moment, also while an agent writes.
 */
export function queryFlows(
  database: Database.Database,
  question: Question,
  sort: FlowSort,
): FlowsAnswer {
  return database.transaction(() => answerFlows(database, question, sort))();
}

function answerFlows(database: Database.Database, question: Question, sort: FlowSort): FlowsAnswer {
  const { window, shown } = answerWindow(database, question);
  const { sql, values } = conditionOf(question.terms);
  const counts = hasFollowUps(database) ? withFollowUps(window) : withoutFollowUps(window);
  const from = `${fromFlows(counts)} WHERE ${sql}`;
  const totals = database
    .prepare<unknown[], Totals>(
      `SELECT total(c.packets) AS packets, total(c.attempts) AS attempts,
         count(*) FILTER (WHERE c.packets > 0) AS flows
       ${from}`,
    )
    .get(...values)!;
  const rows = database
    .prepare<unknown[], Row>(
      `SELECT f.id, f.kind AS flow_kind, f.src, f.dst, f.protocol, f.dst_port, f.icmp_type,
         f.icmp_code, f.in_interface,
         f.out_interface, p.text AS prefix, p.tier, p.kind, p.policy, p.is_cut, n.name AS node,
         c.packets, c.attempts, c.bytes, c.tcp_flags, c.first_seen, c.last_seen, c.established,
         c.reset, c.icmp_error
       ${from}
       ORDER BY ${sortColumns[sort]}, f.src, f.dst, f.dst_port, f.protocol, f.icmp_type,
         f.icmp_code, f.in_interface, f.out_interface, p.text, n.name
       LIMIT ?`,
    )
    .iterate(...values, question.limit ?? -1);
  // Taken from the database one by one: all rows at once are twice the memory.
  const sources = sourcesOfOthers(database, window);
  const flows = Array.from(rows, (row) => flowOf(row, sources.get(row.id)));
  return {
    window: shown,
    totals: { ...totals, ...boundsOf(database, window, { sql, values }) },
    flows,
  };
}

const TCP = "tcp";

function flowOf(row: Row, sources: Sources | undefined): Flow {
  const protocol = row.protocol < 0 ? undefined : protocolName(row.protocol);
  return {
    ...(row.flow_kind === KIND_FLOW ? { src: addressText(row.src) } : { other: true, ...sources }),
    ...(row.dst.length === 0 ? {} : { dst: addressText(row.dst) }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(row.dst_port < 0 ? {} : { dstPort: row.dst_port }),
    ...(row.icmp_type < 0 ? {} : { icmpType: row.icmp_type, icmpCode: row.icmp_code }),
    ...(row.flow_kind === KIND_FLOW
      ? { direction: directionOf(row.in_interface, row.out_interface) }
      : {}),
    ...(row.in_interface === "" ? {} : { in: row.in_interface }),
    ...(row.out_interface === "" ? {} : { out: row.out_interface }),
    prefix: row.prefix,
    ...(row.policy === null ? {} : { policy: row.policy }),
    ...(row.policy !== null && row.is_cut === CUT_POLICY ? { policyCut: true } : {}),
    ...(row.tier === null || row.tier === "" ? {} : { tier: row.tier }),
    ...(row.kind === null ? {} : { kind: row.kind }),
    ...(row.node === "" ? {} : { node: row.node }),
    packets: row.packets,
    attempts: row.attempts,
    bytes: row.bytes,
    firstSeen: formatSeen(row.first_seen),
    lastSeen: formatSeen(row.last_seen),
    ...(protocol === TCP ? { tcpFlags: tcpFlagsOf(row.tcp_flags) } : {}),
    ...(row.established === 0 ? {} : { established: row.established }),
    ...(row.reset === 0 ? {} : { reset: row.reset }),
    ...(row.icmp_error === 0 ? {} : { icmpError: row.icmp_error }),
  };
}
