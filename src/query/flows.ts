import type Database from "better-sqlite3";
import type { Endpoints } from "../model/endpoint.ts";
import { type InterfaceKind, interfaceKind } from "../model/interface-kind.ts";
import type { FlowOfMessage } from "../model/outgoing.ts";
import { type TcpFlag, tcpFlagsOf } from "../model/tcp-flags.ts";
import { formatSeen } from "../model/time-window.ts";
import { type FlowColumns, flowColumns, flowFields } from "../store/flow-fields.ts";
import { fromFlows } from "./counts.ts";
import { AskedNames } from "./endpoints/asked-names.ts";
import type { EndpointResolver } from "./endpoints/endpoint-resolver.ts";
import { namingDefaults } from "./endpoints/naming.ts";
import { hasFollowUps, withFollowUps, withoutFollowUps } from "./follow-ups.ts";
import { type Sources, sourcesOfOthers } from "./other-rows.ts";
import { namesOfPort, type PortNames } from "./names-of-port.ts";
import {
  type AnswerWindow,
  answerWindow,
  type Bounds,
  boundsOf,
  type Question,
} from "./question.ts";
import { selectFlows } from "./selection.ts";

/** A flow and what was counted of it in the window. Field names are part of the documented JSON. */
export type Flow = FlowOfMessage &
  Endpoints &
  PortNames & {
    /** How many sources an `other` row has, and which share of that it may be wrong by. */
    readonly sources?: number;
    readonly sourcesError?: number;
    readonly node?: string;
    /** What the interfaces lead to. */
    readonly inKind?: InterfaceKind;
    readonly outKind?: InterfaceKind;
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

export const flowSorts = [
  "packets",
  "attempts",
  "bytes",
  "firstSeen",
  "lastSeen",
  "src",
  "dst",
  "dstPort",
] as const;
export type FlowSort = (typeof flowSorts)[number];

const sortColumns: Readonly<Record<FlowSort, string>> = {
  packets: "c.packets DESC",
  attempts: "c.attempts DESC",
  bytes: "c.bytes DESC",
  firstSeen: "c.first_seen",
  lastSeen: "c.last_seen DESC",
  src: "f.src",
  dst: "f.dst",
  dstPort: "f.dst_port",
};

export type FlowRow = FlowColumns & {
  readonly id: number;
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

/** What the columns of a FlowRow are called where fromFlows() has them, but for follow-ups. */
export const flowRowColumns = `f.id, ${flowColumns}, n.name AS node, c.packets, c.attempts, c.bytes,
  c.tcp_flags, c.first_seen, c.last_seen`;

type RowOfAll = FlowRow & {
  readonly all_packets: number;
  readonly all_attempts: number;
  readonly all_flows: number;
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
  return queryFlowPage(database, question, sort, 0).answer;
}

/** The same from the `offset`-th flow on, beside the ids that the flows of the answer have. */
export type FlowPage = { readonly answer: FlowsAnswer; readonly ids: readonly number[] };

export function queryFlowPage(
  database: Database.Database,
  question: Question,
  sort: FlowSort,
  offset: number,
): FlowPage {
  return database.transaction(() => answerFlows(database, question, sort, offset))();
}

function answerFlows(
  database: Database.Database,
  question: Question,
  sort: FlowSort,
  offset: number,
): FlowPage {
  const { window, shown } = answerWindow(database, question);
  const { podInterfaces } = question.naming ?? namingDefaults;
  const names = new AskedNames(database, question);
  const { resolver } = names;
  const { chosen, declaration, values, leavesOut } = selectFlows(database, question, window, names);
  const hasAnswers = hasFollowUps(database);
  // Which flow an answer is shown at depends on others than those that are chosen.
  const counts = hasAnswers ? withFollowUps(window) : withoutFollowUps(window, chosen);
  const among = hasAnswers && chosen !== "all" ? "WHERE flow IN chosen" : "";
  const counted = `${declaration === "" ? "WITH" : `${declaration},`}
    counted AS MATERIALIZED (SELECT * FROM (${counts}) ${among})`;
  const rows = database
    .prepare<unknown[], RowOfAll>(
      `${counted} SELECT ${flowRowColumns}, c.established, c.reset, c.icmp_error,
         (SELECT total(packets) FROM counted) AS all_packets,
         (SELECT total(attempts) FROM counted) AS all_attempts,
         (SELECT count(*) FROM counted WHERE packets > 0) AS all_flows
       ${fromFlows("SELECT * FROM counted")}
       ORDER BY ${sortColumns[sort]}, f.src, f.dst, f.dst_port, f.protocol, f.icmp_type,
         f.icmp_code, f.in_interface, f.out_interface, p.text, n.name
       LIMIT ? OFFSET ?`,
    )
    .iterate(...values, question.limit ?? -1, offset);
  let totals: Totals = { packets: 0, attempts: 0, flows: 0 };
  // Taken from the database one by one: all rows at once are twice the memory.
  const sources = sourcesOfOthers(database, window);
  const ids: number[] = [];
  const flows = Array.from(rows, (row) => {
    ids.push(row.id);
    // Of all that matches: it is in each row, for to count it all once more takes as long again.
    totals = { packets: row.all_packets, attempts: row.all_attempts, flows: row.all_flows };
    const fields = flowFields(row, podInterfaces);
    return flowOf(row, fields, sources.get(row.id), resolver);
  });
  const bounds = boundsOf(database, window, leavesOut);
  return { answer: { window: shown, totals: { ...totals, ...bounds }, flows }, ids };
}

const TCP = "tcp";

/** A row as people see it. */
export function flowOf(
  row: FlowRow,
  fields: FlowOfMessage,
  sources: Sources | undefined,
  resolver: EndpointResolver,
): Flow {
  const { node, first_seen: firstSeen, last_seen: lastSeen } = row;
  return {
    ...(fields.other === true ? { other: true, ...sources } : {}),
    ...fields,
    ...(node === "" ? {} : { node }),
    ...interfaceKinds(fields, resolver.podInterfaces),
    ...namesOfPort(fields),
    packets: row.packets,
    attempts: row.attempts,
    bytes: row.bytes,
    firstSeen: formatSeen(firstSeen),
    lastSeen: formatSeen(lastSeen),
    ...(fields.protocol === TCP ? { tcpFlags: tcpFlagsOf(row.tcp_flags) } : {}),
    ...(row.established === 0 ? {} : { established: row.established }),
    ...(row.reset === 0 ? {} : { reset: row.reset }),
    ...(row.icmp_error === 0 ? {} : { icmpError: row.icmp_error }),
    ...resolver.endpointsOf({ ...fields, node, firstSeen, lastSeen }),
  };
}

/** A host endpoint has the address that the packet is for, or from. */
function interfaceKinds(
  { in: from, out: to, src, dst, direction }: FlowOfMessage,
  podInterfaces: readonly string[],
): Partial<Flow> {
  const own = direction === "host-ingress" ? dst : direction === "host-egress" ? src : undefined;
  const kindOf = (name: string) => interfaceKind(name, own, podInterfaces);
  return {
    ...(from === undefined ? {} : { inKind: kindOf(from) }),
    ...(to === undefined ? {} : { outKind: kindOf(to) }),
  };
}
