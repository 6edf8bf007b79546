import type Database from "better-sqlite3";
import type { TimeWindow } from "../model/time-window.ts";
import { snapOutward } from "../model/time-window.ts";
import { flowFields } from "../store/flow-fields.ts";
import { countsPerFlow, fromFlows } from "./counts.ts";
import { AskedNames } from "./endpoints/asked-names.ts";
import type { EndpointResolver } from "./endpoints/endpoint-resolver.ts";
import { type Flow, flowOf, type FlowRow, flowRowColumns } from "./flows.ts";
import { type CountedHistogram, countedHistogram } from "./counted-histogram.ts";
import { type AnswerWindow, answerWindow, type Question } from "./question.ts";
import { type Selection, selectionOf } from "./selection.ts";
import { shownSpan } from "./shown-span.ts";

export type RelatedFlow = { readonly id: number; readonly flow: Flow };

/** All that is known of one flow. */
export type FlowDetail = {
  readonly window: AnswerWindow;
  readonly id: number;
  /** Undefined where it has nothing in the window. */
  readonly flow?: Flow;
  /** In all the time that is kept. */
  readonly ever: Flow;
  readonly timeline: CountedHistogram;
  /** The lines of its last denials, newest first, as they were read. */
  readonly lines: readonly string[];
  /** Most packets first, in all the time that is kept. */
  readonly sameSource: readonly RelatedFlow[];
  readonly sameDestination: readonly RelatedFlow[];
};

const RELATED_MAX = 20;
const LINES_MAX = 20;

const decoder = new TextDecoder();

/** Undefined where there is no such flow any more. */
export function queryFlowDetail(
  database: Database.Database,
  question: Question,
  id: number,
  bucketsMax: number,
): FlowDetail | undefined {
  const { window, shown } = answerWindow(database, question);
  const { resolver } = new AskedNames(database, question);
  const countedFlows = (within: TimeWindow | undefined, ids: readonly number[]) =>
    flowsOf(database, selectionOf(database, within, ids), within, resolver);
  const ever = countedFlows(undefined, [id])[0]?.flow;
  if (ever === undefined) return undefined;
  const flow = window === undefined ? ever : countedFlows(window, [id])[0]?.flow;
  const seen = snapOutward(Date.parse(ever.firstSeen) * 1000, Date.parse(ever.lastSeen) * 1000 + 1);
  const span = shownSpan(database, question, window, seen) ?? seen;
  const own = selectionOf(database, span, [id]);
  const lines = database
    .prepare<[number, number], Buffer>(
      "SELECT line FROM recent_denials WHERE flow = ? ORDER BY id DESC LIMIT ?",
    )
    .pluck()
    .all(id, LINES_MAX);
  return {
    window: shown,
    id,
    ...(flow === undefined ? {} : { flow }),
    ever,
    timeline: countedHistogram(database, span, own, bucketsMax),
    lines: lines.map((line) => decoder.decode(line)),
    sameSource: countedFlows(undefined, idsOfSame(database, "src", id)),
    sameDestination: countedFlows(undefined, idsOfSame(database, "dst", id)),
  };
}

/** The other flows with the same address on a side. */
function idsOfSame(database: Database.Database, side: "src" | "dst", id: number): number[] {
  return database
    .prepare<[number], number>(
      `SELECT o.id FROM flows own JOIN flows o ON o.${side} = own.${side} AND o.kind = own.kind
       WHERE own.id = ? AND o.id <> own.id`,
    )
    .pluck()
    .all(id);
}

function flowsOf(
  database: Database.Database,
  { declaration, values, chosen }: Selection,
  window: TimeWindow | undefined,
  resolver: EndpointResolver,
): RelatedFlow[] {
  return database
    .prepare<unknown[], FlowRow>(
      `${declaration}
       SELECT ${flowRowColumns}, 0 AS established, 0 AS reset, 0 AS icmp_error
       ${fromFlows(countsPerFlow(window, chosen))} WHERE p.verdict = 'denied'
       ORDER BY c.packets DESC, f.id LIMIT ${RELATED_MAX}`,
    )
    .all(...values)
    .map((row) => ({
      id: row.id,
      flow: flowOf(row, flowFields(row, resolver.podInterfaces), undefined, resolver),
    }));
}

/** The id of the flow that an event is of; undefined when its line is not kept any more. */
export function flowOfEvent(database: Database.Database, event: number): number | undefined {
  return database
    .prepare<[number], number>("SELECT flow FROM recent_denials WHERE id = ?")
    .pluck()
    .get(event);
}
