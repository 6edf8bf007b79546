import type { FlowDetail } from "../../query/flow-detail.ts";
import type { FlowPage, FlowSort } from "../../query/flows.ts";
import type { CountedHistogram } from "../../query/counted-histogram.ts";
import type { Pulse } from "../../query/pulse.ts";
import type { Naming } from "../../query/endpoints/naming.ts";
import type { Rankings } from "../../query/rankings.ts";
import type { RecentEventsAnswer } from "../../query/recent-events.ts";
import type { Status } from "../../query/status.ts";
import type { TopAnswer, TopDimension } from "../../query/top.ts";
import type { Filter } from "../state/filter.ts";

/** A flow, or that of an event. */
export type FlowChoice = { readonly by: "id" | "event"; readonly number: number };

type AskOfMany = {
  readonly filter: Filter;
  /** Filters of what is left out. */
  readonly without: readonly string[];
};

/** A person's own statement, which may take any time. */
export type AskSql = { readonly kind: "sql"; readonly text: string };

/** What a view wants to know. Two that are equal as JSON have the same answer. */
export type Ask =
  | AskSql
  | (AskOfMany & { readonly kind: "overview"; readonly buckets: number })
  | (AskOfMany & {
      readonly kind: "flows";
      readonly sort: FlowSort;
      readonly offset: number;
      readonly limit: number;
    })
  | (AskOfMany & {
      readonly kind: "groups";
      readonly by: TopDimension;
      readonly sort: FlowSort;
      /** Groups whose flows are shown, with the terms that ask for them. */
      readonly unfolded: readonly { readonly key: string; readonly filter: Filter }[];
    })
  | {
      readonly kind: "flow";
      readonly filter: Filter;
      readonly flow: FlowChoice;
      readonly buckets: number;
    }
  | (AskOfMany & { readonly kind: "events"; readonly limit: number })
  | { readonly kind: "health" };

export type SqlTable = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** There were more rows than are shown. */
  readonly isCut: boolean;
  readonly milliseconds: number;
};

export type Answer =
  | {
      readonly kind: "overview";
      readonly rankings: Rankings;
      readonly histogram: CountedHistogram;
    }
  | { readonly kind: "flows"; readonly page: FlowPage; readonly offset: number }
  | {
      readonly kind: "groups";
      readonly top: TopAnswer;
      readonly unfolded: Readonly<Record<string, FlowPage>>;
    }
  | { readonly kind: "flow"; readonly detail: FlowDetail | undefined }
  | { readonly kind: "events"; readonly recent: RecentEventsAnswer }
  | { readonly kind: "health"; readonly status: Status }
  | { readonly kind: "sql"; readonly table: SqlTable };

export type AnswerOf<Kind extends Ask["kind"]> = Extract<Answer, { kind: Kind }>;

/** The database that is asked. */
export type Opened = {
  readonly path: string;
  readonly naming: Naming;
  /** Whether its file keeps its name, so that a process beside can open it as well. */
  readonly hasName: boolean;
};

/** What the thread of the queries is told. */
export type ToQueries =
  | ({ readonly kind: "open" } & Opened)
  | { readonly kind: "ask"; readonly number: number; readonly ask: Ask }
  | { readonly kind: "pulse" };

export type FromQueries =
  | { readonly kind: "opened" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "answer"; readonly number: number; readonly answer: Answer }
  | { readonly kind: "refused"; readonly number: number; readonly message: string }
  | { readonly kind: "pulse"; readonly pulse: Pulse };
