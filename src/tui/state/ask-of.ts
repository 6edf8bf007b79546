import { barsMax } from "../widgets/histogram-layout.ts";
import type { Ask } from "../queries/ask.ts";
import { mutedFlows } from "../notes/note.ts";
import { groupTerms } from "./group-terms.ts";
import type { FlowsView, State } from "./state.ts";
import { shownView } from "./state.ts";
import { withTerms } from "./filter.ts";

/** Rows that are fetched at once, around those that are shown. */
const PAGE_ROWS = 200;

/** What the shown view wants to know; undefined for one that knows all. */
export function askOf(state: State): Ask | undefined {
  const view = shownView(state);
  const { filter } = view;
  const { columns } = state.size;
  const without = state.showsMuted ? [] : mutedFlows(state.notes, state.now);
  switch (view.screen) {
    case "overview":
      return { kind: "overview", filter, without, buckets: barsMax(columns) };
    case "flows":
      return askFlows(view, without, state.size.rows);
    case "flow":
      return { kind: "flow", filter, flow: view.flow, buckets: barsMax(columns) };
    case "events":
      return { kind: "events", filter, without, limit: view.limit };
    case "health":
      return { kind: "health" };
    case "sql":
      return { kind: "sql", text: view.text };
    case "help":
      return undefined;
  }
}

function askFlows(view: FlowsView, without: readonly string[], rows: number): Ask {
  const { filter, sort, groupBy, top } = view;
  if (groupBy === undefined) {
    // Pages overlap by half, so that a screen lies in one of them.
    const half = PAGE_ROWS / 2;
    const first = Math.floor(top / half) * half;
    const offset = top + rows > first + PAGE_ROWS ? first + half : first;
    return { kind: "flows", filter, without, sort, offset, limit: PAGE_ROWS };
  }
  const unfolded = view.unfolded.map((key) => {
    const terms = groupTerms(groupBy, key) ?? [];
    return { key, filter: withTerms(filter, terms) };
  });
  return { kind: "groups", filter, without, by: groupBy, sort, unfolded };
}
