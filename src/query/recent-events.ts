import type Database from "better-sqlite3";
import type { Denial } from "../model/denial.ts";
import { type Direction, directionOf } from "../model/direction.ts";
import type { Endpoints } from "../model/endpoint.ts";
import { KIND_FLOW } from "../model/flow-bounds.ts";
import { flowMatch } from "../model/flow-match.ts";
import type { FlowOfMessage } from "../model/outgoing.ts";
import type { PrefixMeaning } from "../model/prefix-meaning.ts";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import { formatSeen } from "../model/time-window.ts";
import type { Verdict } from "../model/verdict.ts";
import { type FlowColumns, flowColumns, flowFields } from "../store/flow-fields.ts";
import { AskedNames } from "./endpoints/asked-names.ts";
import type { EndpointResolver } from "./endpoints/endpoint-resolver.ts";
import { asksForPrefix } from "./filter.ts";
import { namesOfPort, type PortNames } from "./names-of-port.ts";
import { type AnswerWindow, exactWindow, type Question } from "./question.ts";
import { exactCondition } from "./selection.ts";

/** A denial of which the raw line is kept. Field names are part of the documented JSON. */
export type RecentEvent = Partial<Denial> &
  Endpoints &
  PortNames & {
    /** Its number: rises in the order in which lines were read. */
    readonly event: number;
    readonly time: string;
    readonly prefix: string;
    readonly direction: Direction;
    /** The line as it was read; what is no UTF-8 is U+FFFD. */
    readonly line: string;
  };

/** How far back raw lines reach. */
export type KeptLines = {
  readonly denials: number;
  /** The time of the oldest of them. */
  readonly since?: string;
  /** Nothing was counted whose line is not kept. */
  readonly isAll: boolean;
};

export type RecentEventsAnswer = {
  readonly window: AnswerWindow;
  readonly kept: KeptLines;
  /** In the order in which they were read. */
  readonly events: readonly RecentEvent[];
};

export type EventsAfter = {
  readonly events: readonly RecentEvent[];
  /** The last of all that are kept, whether it matches or not. */
  readonly lastEvent: number;
  /** So many were read, and are not kept any more. */
  readonly missed: number;
};

/** What else is known of a line than its text. `time` is microseconds since the epoch. */
export type LineCircumstances = {
  readonly time: number;
  readonly node: string | undefined;
  readonly meaning: PrefixMeaning;
};

/** Reads a raw line again; undefined where it cannot be read by itself. */
export type ReadLine = (line: Buffer, circumstances: LineCircumstances) => Denial | undefined;

type Row = FlowColumns & {
  readonly id: number;
  readonly time: number;
  readonly line: Buffer;
  readonly node: string;
  readonly verdict: Verdict;
};

/** The last denials that match, `question.limit` at most. All of the answer is of one moment. */
export function queryRecentEvents(
  database: Database.Database,
  question: Question,
  read: ReadLine,
): RecentEventsAnswer {
  return database.transaction(() => ({
    window: exactWindow(database, question).shown,
    kept: keptLines(database),
    events: matching(database, question, read, 0),
  }))();
}

/** The denials that match and were read after the one with that number. */
export function queryEventsAfter(
  database: Database.Database,
  question: Question,
  read: ReadLine,
  id: number,
): EventsAfter {
  return database.transaction(() => {
    const { first, last } = idsOf(database);
    if (last <= id) return { events: [], lastEvent: id, missed: 0 };
    const events = matching(database, question, read, id);
    return { events, lastEvent: last, missed: Math.max(0, first - id - 1) };
  })();
}

/** The first and the last that are kept; 0 while there are none. */
function idsOf(database: Database.Database): { readonly first: number; readonly last: number } {
  return database
    .prepare<[], { first: number; last: number }>(
      `SELECT ifnull((SELECT min(id) FROM recent_denials), 0) AS first,
         ifnull((SELECT max(id) FROM recent_denials), 0) AS last`,
    )
    .get()!;
}

function keptLines(database: Database.Database): KeptLines {
  const { denials, oldest, logged } = database
    .prepare<[], { denials: number; oldest: number | null; logged: number }>(
      `SELECT count(*) AS denials, min(time) AS oldest,
         (SELECT total(lines) FROM source_prefixes) AS logged
       FROM recent_denials`,
    )
    .get()!;
  return {
    denials,
    ...(oldest === null ? {} : { since: formatSeen(oldest) }),
    isAll: denials >= logged,
  };
}

function matching(
  database: Database.Database,
  question: Question,
  read: ReadLine,
  after: number,
): RecentEvent[] {
  const { terms, limit = Number.POSITIVE_INFINITY } = question;
  const { window } = exactWindow(database, question);
  const names = new AskedNames(database, question);
  const { resolver } = names;
  const { sql, values } = exactCondition(question, names);
  const micros = (minute: number) => minute * MICROS_PER_MINUTE;
  const within =
    window === undefined
      ? ""
      : `AND time >= ${micros(window.fromMinute)} AND time < ${micros(window.toMinute)}`;
  // A folded flow cannot say what its lines can. CROSS JOIN: the last lines first, and no more.
  const rows = database
    .prepare<unknown[], Row>(
      `SELECT c.id, c.time, c.line, ${flowColumns}, n.name AS node, p.verdict
       FROM (
         SELECT id, time, flow, line, time AS first_seen, time AS last_seen
         FROM recent_denials WHERE id > ? ${within}
       ) c
       CROSS JOIN flows f ON f.id = c.flow
       CROSS JOIN prefixes p ON p.id = f.prefix
       CROSS JOIN nodes n ON n.id = f.node
       WHERE iif(f.kind > ${KIND_FLOW}, 1, ${sql})
       ORDER BY c.id DESC`,
    )
    .iterate(after, ...values);
  const matches = flowMatch(terms);
  const isLeftOut = question.without?.map((each) => flowMatch(each)) ?? [];
  const judgesAll = asksForPrefix(terms);
  const events: RecentEvent[] = [];
  for (const row of rows) {
    if (events.length >= limit) break;
    const event = eventOf(row, read, resolver);
    if (row.flow_kind > KIND_FLOW) {
      if (!judgesAll && row.verdict !== "denied") continue;
      if (!matches(event) || isLeftOut.some((each) => each(event))) continue;
    }
    events.push(event);
  }
  return events.toReversed();
}

const decoder = new TextDecoder();

function eventOf(row: Row, read: ReadLine, resolver: EndpointResolver): RecentEvent {
  const { id, time, line, node, verdict } = row;
  const { other: _, ...flow } = flowFields(row, resolver.podInterfaces);
  const origin = node === "" ? undefined : node;
  const denial = read(line, { time, node: origin, meaning: { verdict, ...namesIn(flow) } });
  const known = { verdict, ...flow, ...(origin === undefined ? {} : { node: origin }) };
  const fields = denial ?? known;
  return {
    event: id,
    time: formatSeen(time),
    ...fields,
    direction: directionOf(fields.in ?? "", fields.out ?? "", resolver.podInterfaces),
    ...namesOfPort(fields),
    ...resolver.endpointsOf({ ...fields, firstSeen: time, lastSeen: time }),
    line: decoder.decode(line),
  };
}

/** What the prefix says of the policy, as the database has judged it. */
function namesIn({ tier, kind, policy, policyCut }: FlowOfMessage): Partial<PrefixMeaning> {
  return {
    ...(tier === undefined ? {} : { tier }),
    ...(kind === undefined ? {} : { kind }),
    ...(policy === undefined ? {} : { policy }),
    ...(policyCut === undefined ? {} : { policyCut }),
  };
}
