import type Database from "better-sqlite3";
import { KIND_FLOW, KIND_OTHER, KIND_OTHER_OF_ALL } from "../model/flow-bounds.ts";
import { directionOf } from "../model/direction.ts";
import {
  type EndpointTermName,
  endpointTermNames,
  isEndpointTerm,
} from "../model/endpoint-term.ts";
import { protocolName } from "../model/protocol.ts";
import { formatSeen } from "../model/time-window.ts";
import { addressText } from "../store/address-key.ts";
import { CUT_POLICY } from "../store/prefix-rows.ts";
import { fromFlows, sumsPerFlow } from "./counts.ts";
import { AskedNames } from "./endpoints/asked-names.ts";
import { endpointGrouping } from "./endpoints/endpoint-grouping.ts";
import { type Naming, namingDefaults } from "./endpoints/naming.ts";
import type { Totals } from "./flows.ts";
import { type Grouping, NO_KEY } from "./grouping.ts";
import { OTHER } from "./other-rows.ts";
import {
  type AnswerWindow,
  answerWindow,
  type Bounds,
  boundsOf,
  type Question,
} from "./question.ts";
import { selectFlows } from "./selection.ts";

export const topDimensions = [
  "src",
  "dst",
  "port",
  "protocol",
  "direction",
  "prefix",
  "policy",
  "tier",
  "kind",
  "node",
  ...endpointTermNames,
] as const;

export type TopDimension = (typeof topDimensions)[number];

/** Field names are part of the documented JSON. */
export type TopRow = {
  readonly key: string;
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly flows: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
};

export type TopAnswer = {
  readonly by: TopDimension;
  readonly window: AnswerWindow;
  readonly totals: Totals & Bounds;
  /** How many keys there are, whatever the limit. */
  readonly keys: number;
  readonly top: readonly TopRow[];
};

/** Position of the first column that is grouped by. */
const FIRST_KEY = 7;

/** Behind a policy of which there may be more: no name holds it, so it is not taken for another. */
const CUT_MARK = "…";

const groupings: Readonly<Record<Exclude<TopDimension, EndpointTermName | "direction">, Grouping>> =
  {
    src: { columns: ["f.src"], keys: addressOf, knownTo: KIND_FLOW },
    dst: { columns: ["f.dst"], keys: addressOf, knownTo: KIND_OTHER },
    port: {
      columns: ["f.dst_port"],
      keys: (port: number) => (port < 0 ? NO_KEY : String(port)),
      knownTo: KIND_OTHER,
    },
    protocol: {
      columns: ["f.protocol"],
      keys: (protocol: number) => (protocol < 0 ? NO_KEY : protocolName(protocol)),
      knownTo: KIND_OTHER,
    },
    prefix: { columns: ["p.text"], keys: (text: string) => text },
    policy: {
      columns: ["p.policy", "p.is_cut"],
      keys: (policy: string | null, cut: number) =>
        policy === null ? NO_KEY : policy + (cut === CUT_POLICY ? CUT_MARK : ""),
    },
    tier: { columns: ["p.tier"], keys: orNone },
    kind: { columns: ["p.kind"], keys: orNone },
    node: { columns: ["n.name"], keys: orNone },
  };

function directionGrouping(podInterfaces: readonly string[]): Grouping {
  return {
    columns: ["f.in_interface", "f.out_interface"],
    keys: (inName: string, outName: string) => directionOf(inName, outName, podInterfaces),
    knownTo: KIND_FLOW,
  };
}

function groupingOf(by: TopDimension, names: AskedNames, naming: Naming): Grouping {
  if (isEndpointTerm(by)) return endpointGrouping(by, names.stored, naming);
  return by === "direction" ? directionGrouping(naming.podInterfaces) : groupings[by];
}

function addressOf(address: Buffer): string {
  return addressText(address);
}

function orNone(name: string | null): string {
  return name === null || name === "" ? NO_KEY : name;
}

type Group = {
  packets: number;
  attempts: number;
  bytes: number;
  flows: number;
  first: number;
  last: number;
};

/**
 * The keys of a dimension with most packets; ties in the order of the keys. All of the answer is of
 * one moment, also while an agent writes.
 */
export function queryTop(
  database: Database.Database,
  question: Question,
  by: TopDimension,
): TopAnswer {
  return database.transaction(() => answerTop(database, question, by))();
}

function answerTop(database: Database.Database, question: Question, by: TopDimension): TopAnswer {
  const { window, shown } = answerWindow(database, question);
  const names = new AskedNames(database, question);
  const { chosen, declaration, values, leavesOut } = selectFlows(database, question, window, names);
  const { columns, keys, knownTo } = groupingOf(by, names, question.naming ?? namingDefaults);
  const isOther = `f.kind > ${knownTo ?? KIND_OTHER_OF_ALL}`;
  // By position, so that a function is called once a row.
  const groupedBy = [isOther, ...columns].map((_, index) => FIRST_KEY + index);
  const rows = database
    .prepare<unknown[], unknown[]>(
      `${declaration} SELECT sum(c.packets), sum(c.attempts), sum(c.bytes), count(*),
         min(c.first_seen), max(c.last_seen), ${isOther}, ${columns.join(", ")}
       ${fromFlows(sumsPerFlow(window, chosen))}
       GROUP BY ${groupedBy.join(", ")}`,
    )
    .raw()
    .iterate(...values);
  const groups = new Map<string, Group>();
  const totals = { packets: 0, attempts: 0, flows: 0 };
  for (const row of rows) {
    const [packets, attempts, bytes, flows, first, last, other, ...parts] = row as number[];
    const group = { packets, attempts, bytes, flows, first, last } as Group;
    const found = other === 1 ? OTHER : keys(...(parts as never[]));
    if (typeof found === "string") addTo(groups, found, group);
    else for (const key of found) addTo(groups, key, { ...group });
    totals.packets += packets!;
    totals.attempts += attempts!;
    totals.flows += flows!;
  }
  return {
    by,
    window: shown,
    totals: { ...totals, ...boundsOf(database, window, leavesOut) },
    keys: groups.size,
    top: [...groups].sort(byPackets).slice(0, question.limit).map(rowOf),
  };
}

/** Several groups of SQL can be one key for people, as all pairs of interfaces of a direction. */
function addTo(groups: Map<string, Group>, key: string, added: Group): void {
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, added);
    return;
  }
  group.packets += added.packets;
  group.attempts += added.attempts;
  group.bytes += added.bytes;
  group.flows += added.flows;
  group.first = Math.min(group.first, added.first);
  group.last = Math.max(group.last, added.last);
}

function rowOf([key, { first, last, ...counts }]: [string, Group]): TopRow {
  return { key, ...counts, firstSeen: formatSeen(first), lastSeen: formatSeen(last) };
}

function byPackets([keyA, a]: [string, Group], [keyB, b]: [string, Group]): number {
  return b.packets - a.packets || (keyA < keyB ? -1 : keyA > keyB ? 1 : 0);
}
