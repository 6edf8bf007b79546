import type { FlowSort } from "../../query/flows.ts";
import type { Pulse } from "../../query/pulse.ts";
import type { RankedDimension } from "../../query/flow-dimensions.ts";
import type { TopDimension } from "../../query/top.ts";
import type { AnswerOf, FlowChoice } from "../queries/ask.ts";
import type { Notes } from "../notes/note.ts";
import type { Filter } from "./filter.ts";
import type { Prompt } from "./prompt.ts";

export type Size = { readonly columns: number; readonly rows: number };

/** What all views have; `id` tells whose answer it is that comes. */
type ViewOf<Kind extends string, Answer> = {
  readonly id: number;
  readonly screen: Kind;
  readonly filter: Filter;
  readonly answer?: Answer;
  /** Why the last question could not be answered. */
  readonly refusal?: string;
};

export type OverviewView = ViewOf<"overview", AnswerOf<"overview">> & {
  readonly focus: "histogram" | RankedDimension;
  /** The chosen row of each ranking. */
  readonly rows: Readonly<Record<RankedDimension, number>>;
  /** Beginnings of the chosen bucket and of that where the range began: they outlive a refresh. */
  readonly bucket?: string;
  readonly anchor?: string;
};

export type FlowsView = ViewOf<"flows", AnswerOf<"flows"> | AnswerOf<"groups">> & {
  readonly sort: FlowSort;
  readonly row: number;
  readonly top: number;
  /** The chosen cell of the row, where one is chosen. */
  readonly cell?: CellName;
  readonly groupBy?: TopDimension;
  readonly unfolded: readonly string[];
};

export const cellNames = ["source", "destination", "port", "direction", "policy"] as const;
export type CellName = (typeof cellNames)[number];

export type FlowView = ViewOf<"flow", AnswerOf<"flow">> & {
  readonly flow: FlowChoice;
  readonly row: number;
  readonly top: number;
};

export type EventsView = ViewOf<"events", AnswerOf<"events">> & {
  /** The chosen event; undefined follows the newest. */
  readonly event?: number;
  readonly top: number;
  readonly limit: number;
  readonly showsLine: boolean;
};

export type HealthView = ViewOf<"health", AnswerOf<"health">> & { readonly top: number };

export type SqlView = ViewOf<"sql", AnswerOf<"sql">> & {
  readonly text: string;
  readonly top: number;
};

export type HelpView = ViewOf<"help", never> & {
  readonly of: Exclude<ScreenName, "help">;
  readonly top: number;
};

export type View =
  | OverviewView
  | FlowsView
  | FlowView
  | EventsView
  | HealthView
  | SqlView
  | HelpView;

export type ScreenName = "overview" | "flows" | "flow" | "events" | "health" | "sql" | "help";

/** How far logs are read that were named on the command line. */
export type Reading = {
  readonly path: string;
  readonly share: number;
  readonly lines: number;
  readonly denials: number;
};

export type State = {
  /** The last one is shown. */
  readonly views: readonly View[];
  readonly prompt?: Prompt;
  readonly size: Size;
  readonly isPaused: boolean;
  readonly pulse?: Pulse;
  /** One line for the person, until the next key. */
  readonly notice?: { readonly text: string; readonly isBad: boolean };
  readonly reading?: Reading;
  readonly notes: Notes;
  /** Whether muted flows are shown like the others. */
  readonly showsMuted: boolean;
  /** Where the answers come from, as the title says it. */
  readonly source: string;
  /** Whether anything may be added to it. */
  readonly isLive: boolean;
  readonly nextId: number;
  /** Of this screen, microseconds since the epoch. */
  readonly now: number;
};

export function shownView({ views }: State): View {
  return views.at(-1)!;
}

/** The state with another view instead of the one that is shown. */
export function withView(state: State, view: View): State {
  return { ...state, views: state.views.with(-1, view) };
}

/** Each keeps its answer: of more, the second oldest goes. */
const VIEWS_MAX = 50;

/** The state with a view more. */
export function pushed(state: State, make: (id: number) => View): State {
  const { views, nextId: id } = state;
  const kept = views.length < VIEWS_MAX ? views : views.toSpliced(1, 1);
  return { ...state, views: [...kept, make(id)], nextId: id + 1 };
}
