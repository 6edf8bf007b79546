import type Database from "better-sqlite3";
import type { Term } from "../model/filter-term.ts";
import type { TimeWindow } from "../model/time-window.ts";
import { type Chosen, fromFlows, keptDays, spanCount, sumsPerFlow } from "./counts.ts";
import type { AskedNames } from "./endpoints/asked-names.ts";
import { endpointCondition } from "./endpoints/endpoint-condition.ts";
import { endpointColumns, MATCHES_ENDPOINT } from "./endpoints/endpoint-functions.ts";
import { namingDefaults } from "./endpoints/naming.ts";
import { allOf, type Condition, conditionOf, type EndpointTerm } from "./filter.ts";
import type { Question } from "./question.ts";

/** Up to so many rows of counts are looked up one by one. */
const LOOKUPS_MAX = 30_000;

/** The flows that a question is about. */
export type Selection = {
  /** How their counts are to be read. */
  readonly chosen: Chosen;
  /** Declares the table `chosen`, in front of a statement whose first value is `flows`. */
  readonly declaration: string;
  readonly values: readonly string[];
  /** Their ids; undefined for all that there are. */
  readonly flows: readonly number[] | undefined;
  /** There are rows in the window of which it cannot be said whether they match. */
  readonly leavesOut: boolean;
};

/** All flows that there are. */
export const everything: Selection = {
  chosen: "all",
  declaration: "",
  values: [],
  flows: undefined,
  leavesOut: false,
};

/**
 * Chooses the flows that match, once for all that is asked of them. Nearly all are told by the flow
 * alone; counts of the window are read only for those where it matters who was who when.
 */
export function selectFlows(
  database: Database.Database,
  question: Question,
  window: TimeWindow | undefined,
  names: AskedNames,
): Selection {
  const { terms, without = [] } = question;
  const asksForAll = terms.length === 0 && without.length === 0;
  if (asksForAll && !hasOtherVerdicts(database)) return everything;
  const rough = roughCondition(question, names);
  const found = database
    .prepare<unknown[], [id: number, answer: number | null]>(
      `SELECT id, answer FROM (
         SELECT f.id, ${rough.sql} AS answer FROM flows f
         JOIN prefixes p ON p.id = f.prefix JOIN nodes n ON n.id = f.node LIMIT -1
       ) WHERE answer IS NOT 0`,
    )
    .raw()
    .all(...rough.values);
  const sure = found.filter(([, answer]) => answer !== null).map(([id]) => id);
  const unsure = found.filter(([, answer]) => answer === null).map(([id]) => id);
  if (unsure.length === 0) return selectionOf(database, window, sure);
  const exact = exactCondition(question, names);
  const within = selectionOf(database, window, unsure);
  const answers = database
    .prepare<unknown[], [id: number, answer: number | null]>(
      `${within.declaration} SELECT c.flow, ${exact.sql}
       ${fromFlows(sumsPerFlow(window, within.chosen))}`,
    )
    .raw()
    .all(...within.values, ...exact.values);
  for (const [id, answer] of answers) if (answer === 1) sure.push(id);
  const leavesOut = answers.some(([, answer]) => answer === null);
  return selectionOf(database, window, sure, leavesOut);
}

/** The terms as SQL on flows and their counts: who was who is asked with the times of these. */
export function exactCondition(question: Question, names: AskedNames): Condition {
  const sql = `${MATCHES_ENDPOINT}(?, ?, ?, ${endpointColumns})`;
  const asked = ({ property, text }: EndpointTerm, side: string) => {
    return { sql, values: [side, property, text] };
  };
  return flowCondition(question, names, asked, (condition) => `${condition} IS NOT 1`);
}

/** The same on flows alone: NULL where it takes the times to tell. */
function roughCondition(question: Question, names: AskedNames): Condition {
  const unknown = () => ({ sql: "NULL", values: [] });
  return flowCondition(question, names, unknown, (condition) => `NOT ${condition}`);
}

/** `ask` is SQL for what only the times of a flow tell; `leftOut` negates what is not wanted. */
function flowCondition(
  { terms, without = [], naming = namingDefaults }: Question,
  names: AskedNames,
  ask: (term: EndpointTerm, side: string) => Condition,
  leftOut: (condition: string) => string,
): Condition {
  const sqlOf = (some: readonly Term[]) =>
    conditionOf(some, naming.podInterfaces, (term) =>
      endpointCondition(term, (side) => ask(term, side), { names: names.stored, naming }),
    );
  const left = without.map(sqlOf).map(({ sql, values }) => ({ sql: leftOut(sql), values }));
  return allOf([sqlOf(terms), ...left]);
}

/** Flows that are known already. */
export function selectionOf(
  database: Database.Database,
  window: TimeWindow | undefined,
  flows: readonly number[],
  leavesOut = false,
): Selection {
  const rowsPerFlow = window === undefined ? daysKept(database) : spanCount(window);
  const isFew = flows.length * rowsPerFlow <= LOOKUPS_MAX;
  return {
    chosen: isFew ? "few" : "many",
    declaration: "WITH chosen(id) AS MATERIALIZED (SELECT value FROM json_each(?))",
    values: [JSON.stringify(flows)],
    flows,
    leavesOut,
  };
}

function daysKept(database: Database.Database): number {
  return Number(database.prepare(`SELECT count(*) FROM (${keptDays})`).pluck().get());
}

function hasOtherVerdicts(database: Database.Database): boolean {
  const found = database.prepare("SELECT 1 FROM prefixes WHERE verdict <> 'denied' LIMIT 1");
  return found.get() !== undefined;
}
