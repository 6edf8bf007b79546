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
  /** Of several dimensions their keys, with a comma between each two. */
  readonly key: string;
  /** The key of each dimension, where there are several. */
  readonly group?: Readonly<Partial<Record<TopDimension, string>>>;
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly flows: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
};

export type TopAnswer = {
  /** The dimensions, with a comma between each two. */
  readonly by: string;
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

export const topSorts = [
  "packets",
  "attempts",
  "bytes",
  "flows",
  "firstSeen",
  "lastSeen",
  "key",
] as const;
export type TopSort = (typeof topSorts)[number];

type Group = {
  readonly keys: readonly string[];
  packets: number;
  attempts: number;
  bytes: number;
  flows: number;
  first: number;
  last: number;
};

/**
 * The keys of a dimension, or of several, with most packets; ties in the order of the keys. All of
 * the answer is of one moment, also while an agent writes.
 */
export function queryTop(
  database: Database.Database,
  question: Question,
  by: TopDimension | readonly TopDimension[],
  sort: TopSort = "packets",
): TopAnswer {
  const dimensions = [by].flat() as TopDimension[];
  return database.transaction(() => answerTop(database, question, dimensions, sort))();
}

function answerTop(
  database: Database.Database,
  question: Question,
  by: readonly TopDimension[],
  sort: TopSort,
): TopAnswer {
  const { window, shown } = answerWindow(database, question);
  const names = new AskedNames(database, question);
  const { chosen, declaration, values, leavesOut } = selectFlows(database, question, window, names);
  const naming = question.naming ?? namingDefaults;
  const parts = by.map((each) => keyedColumns(groupingOf(each, names, naming)));
  const columns = parts.flatMap((part) => part.columns);
  // By position, so that a function is called once a row.
  const groupedBy = columns.map((_, index) => FIRST_KEY + index);
  const rows = database
    .prepare<unknown[], unknown[]>(
      `${declaration} SELECT sum(c.packets), sum(c.attempts), sum(c.bytes), count(*),
         min(c.first_seen), max(c.last_seen), ${columns.join(", ")}
       ${fromFlows(sumsPerFlow(window, chosen))}
       GROUP BY ${groupedBy.join(", ")}`,
    )
    .raw()
    .iterate(...values);
  const groups = new Map<string, Group>();
  const totals = { packets: 0, attempts: 0, flows: 0 };
  for (const row of rows) {
    const [packets, attempts, bytes, flows, first, last] = row as number[];
    const group = { packets, attempts, bytes, flows, first, last } as Omit<Group, "keys">;
    let at = FIRST_KEY - 1;
    const found = parts.map(({ keysOf, columns: { length } }) => {
      at += length;
      return keysOf(row.slice(at - length, at));
    });
    for (const keys of everyPair(found)) addTo(groups, keys.join(KEYS_BETWEEN), { keys, ...group });
    totals.packets += packets!;
    totals.attempts += attempts!;
    totals.flows += flows!;
  }
  return {
    by: by.join(KEYS_BETWEEN),
    window: shown,
    totals: { ...totals, ...boundsOf(database, window, leavesOut) },
    keys: groups.size,
    top: [...groups]
      .sort(orderBy(sort))
      .slice(0, question.limit)
      .map((each) => rowOf(each, by)),
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

const KEYS_BETWEEN = ",";

type KeyedColumns = {
  readonly columns: readonly string[];
  readonly keysOf: (values: readonly unknown[]) => readonly string[];
};

/** The columns of a dimension, and in front of them whether a row has it at all. */
function keyedColumns({ columns, keys, knownTo }: Grouping): KeyedColumns {
  return {
    columns: [`f.kind > ${knownTo ?? KIND_OTHER_OF_ALL}`, ...columns],
    keysOf: ([isOther, ...values]) =>
      isOther === 1 ? [OTHER] : [keys(...(values as never[]))].flat(),
  };
}

/** One key of each, in every way: a flow with two pods and one port counts for two groups. */
function everyPair(keys: readonly (readonly string[])[]): string[][] {
  return keys.reduce<string[][]>(
    (found, next) => found.flatMap((some) => next.map((key) => [...some, key])),
    [[]],
  );
}

function rowOf(
  [key, { keys, first, last, ...counts }]: [string, Group],
  by: readonly TopDimension[],
): TopRow {
  const group = by.length < 2 ? {} : { group: groupOf(by, keys) };
  return { key, ...group, ...counts, firstSeen: formatSeen(first), lastSeen: formatSeen(last) };
}

function groupOf(by: readonly TopDimension[], keys: readonly string[]): TopRow["group"] & object {
  return Object.fromEntries(by.map((name, index) => [name, keys[index]!]));
}

/** Most first, but for what was seen first and for keys. */
function orderBy(sort: TopSort): (a: [string, Group], b: [string, Group]) => number {
  const byKey = ([a]: [string, Group], [b]: [string, Group]) => (a < b ? -1 : a > b ? 1 : 0);
  if (sort === "key") return byKey;
  if (sort === "firstSeen") return (a, b) => a[1].first - b[1].first || byKey(a, b);
  const field = sort === "lastSeen" ? "last" : sort;
  return (a, b) => b[1][field] - a[1][field] || byKey(a, b);
}
