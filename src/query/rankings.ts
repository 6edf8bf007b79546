import type Database from "better-sqlite3";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import { formatSeen, snapOutward, type TimeWindow } from "../model/time-window.ts";
import { sumsPerFlow } from "./counts.ts";
import { AskedNames } from "./endpoints/asked-names.ts";
import type { EndpointResolver } from "./endpoints/endpoint-resolver.ts";
import { namingDefaults } from "./endpoints/naming.ts";
import {
  FlowDimensions,
  type FlowGroup,
  type NarrowingTerm,
  type RankedDimension,
  rankedDimensions,
} from "./flow-dimensions.ts";
import type { Totals } from "./flows.ts";
import { endpointText } from "./output/endpoint-text.ts";
import {
  type AnswerWindow,
  answerWindow,
  type Bounds,
  boundsOf,
  type Question,
} from "./question.ts";
import { type Selection, selectFlows } from "./selection.ts";
import { shownSpan } from "./shown-span.ts";

export type RankedRow = {
  readonly text: string;
  readonly packets: number;
  readonly terms: readonly NarrowingTerm[];
};

export type Ranking = { readonly keys: number; readonly rows: readonly RankedRow[] };

export type Rankings = {
  readonly window: AnswerWindow;
  readonly totals: Totals & Bounds;
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly by: Readonly<Record<RankedDimension, Ranking>>;
};

/** With what was counted, for a histogram of the same. */
export type RankedFlows = {
  readonly rankings: Rankings;
  readonly span: TimeWindow;
  readonly selection: Selection;
};

/**
 * Who was denied most, by several dimensions at once: all matching flows are read one time. An
 * endpoint is ranked under the name that it had, else under its address.
 */
export function queryRankings(
  database: Database.Database,
  question: Question,
  rowsMax: number,
): RankedFlows {
  const { window, shown } = answerWindow(database, question);
  const { podInterfaces } = question.naming ?? namingDefaults;
  const names = new AskedNames(database, question);
  const { resolver } = names;
  const selection = selectFlows(database, question, window, names);
  const counts = countsOfFlows(database, window, selection);
  const dimensions = FlowDimensions.of(database, podInterfaces);
  const totals = totalsOf(counts);
  const { first, last } = totals;
  const seen = counts.length === 0 ? undefined : snapOutward(first, last + 1);
  const by = (dimension: RankedDimension) =>
    [dimension, rankingOf(dimensions, dimension, counts, totals, resolver, rowsMax)] as const;
  const rankings: Rankings = {
    window: shown,
    totals: {
      packets: totals.packets,
      attempts: totals.attempts,
      flows: counts.length,
      ...boundsOf(database, window, selection.leavesOut),
    },
    ...(seen === undefined ? {} : { firstSeen: formatSeen(first), lastSeen: formatSeen(last) }),
    by: Object.fromEntries(rankedDimensions.map(by)) as Record<RankedDimension, Ranking>,
  };
  const span = shownSpan(database, question, window, seen) ?? minuteOf(question.now);
  return { rankings, span, selection };
}

/** What a flow has in a window. */
type FlowCounts = [
  flow: number,
  packets: number,
  attempts: number,
  firstSeen: number,
  lastSeen: number,
];

function countsOfFlows(
  database: Database.Database,
  window: TimeWindow | undefined,
  { chosen, declaration, values }: Selection,
): FlowCounts[] {
  return database
    .prepare<unknown[], FlowCounts>(
      `${declaration} SELECT flow, packets, attempts, first_seen, last_seen
       FROM (${sumsPerFlow(window, chosen)})`,
    )
    .raw()
    .all(...values);
}

type Sums = {
  readonly packets: number;
  readonly attempts: number;
  readonly first: number;
  readonly last: number;
};

function totalsOf(counts: readonly FlowCounts[]): Sums {
  let packets = 0;
  let attempts = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const [, packetsOf, attemptsOf, firstOf, lastOf] of counts) {
    packets += packetsOf;
    attempts += attemptsOf;
    first = Math.min(first, firstOf);
    last = Math.max(last, lastOf);
  }
  return { packets, attempts, first, last };
}

function rankingOf(
  { groups, groupOf }: FlowDimensions,
  dimension: RankedDimension,
  counts: readonly FlowCounts[],
  { first, last }: Sums,
  resolver: EndpointResolver,
  rowsMax: number,
): Ranking {
  const numbers = groupOf[dimension];
  const packets = new Map<number, number>();
  for (const [flow, packetsOf] of counts) {
    const number = numbers[flow]!;
    packets.set(number, (packets.get(number) ?? 0) + packetsOf);
  }
  const rows = new Map<string, { text: string; packets: number; terms: FlowGroup["terms"] }>();
  for (const [number, packetsOf] of packets) {
    const { text, terms } = named(groups[dimension][number]!, resolver, first, last);
    // Groups of one name become one row: a pod may have several addresses.
    const same = rows.get(text);
    if (same === undefined) rows.set(text, { text, terms, packets: packetsOf });
    else same.packets += packetsOf;
  }
  const sorted = [...rows.values()].sort(
    (a, b) => b.packets - a.packets || (a.text < b.text ? -1 : 1),
  );
  return { keys: sorted.length, rows: sorted.slice(0, rowsMax) };
}

/** An endpoint under the name that it had in the time that was counted. */
function named(
  group: FlowGroup,
  resolver: EndpointResolver,
  firstSeen: number,
  lastSeen: number,
): FlowGroup {
  const { endpoint: place, text } = group;
  if (place === undefined) return group;
  const flow = { ...place, firstSeen, lastSeen };
  const isSource = place.src !== undefined;
  const endpoint = isSource ? resolver.sourceOf(flow) : resolver.destinationOf(flow);
  if (endpoint?.pod === undefined) return { ...group, text: endpointText(text, endpoint) };
  const value = `${endpoint.namespace}/${endpoint.pod}`;
  return { text: value, terms: [{ name: isSource ? "from-pod" : "to-pod", value }] };
}

function minuteOf(now: number): TimeWindow {
  const minute = Math.floor(now / MICROS_PER_MINUTE);
  return { fromMinute: minute, toMinute: minute + 1 };
}
