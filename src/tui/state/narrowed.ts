import { chosenValue } from "./chosen-value.ts";
import { type Filter, withTerms } from "./filter.ts";
import { newFlows } from "./new-view.ts";
import {
  type FlowsView,
  type OverviewView,
  pushed,
  shownView,
  type State,
  type View,
} from "./state.ts";
import { said, type Step } from "./step.ts";

/** Goes on with only what is chosen, or without it: a view more, so that esc leads back. */
export function narrowed(state: State, isNegated: boolean): Step {
  const view = shownView(state);
  const value = chosenValue(view);
  if (value === undefined) return said(state, "Nothing is chosen");
  if (value.terms.length === 0) return said(state, `No filter can ask for "${value.text}"`, true);
  // Without a port means without this port of this protocol: only the first term tells it apart.
  const terms = isNegated ? value.terms.slice(0, 1) : value.terms;
  const filter = withTerms(
    view.filter,
    terms.map((term) => ({ ...term, isNegated })),
  );
  if (filter.terms.length === view.filter.terms.length) {
    return said(state, "The filter has it already");
  }
  return { state: pushed(state, (id) => narrowedView(view, id, filter)) };
}

function narrowedView(view: View, id: number, filter: Filter): View {
  if (view.screen === "overview") return afresh(view, id, filter);
  if (view.screen === "flows") {
    const { groupBy: _, cell: __, ...rest } = withoutAnswer(view);
    return { ...rest, id, filter, row: 0, top: 0, unfolded: [] };
  }
  return newFlows(id, filter);
}

/** The same overview of something else. */
export function afresh(view: OverviewView, id: number, filter: Filter): OverviewView {
  const { bucket: _, anchor: __, ...rest } = withoutAnswer(view);
  const rows = { source: 0, destination: 0, port: 0, policy: 0, direction: 0 };
  return { ...rest, id, filter, rows };
}

function withoutAnswer<Kind extends OverviewView | FlowsView>(view: Kind): Omit<Kind, "answer"> {
  const { answer: _, ...rest } = view;
  return rest;
}

/** The shown screen for another filter, as a view more. */
export function refiltered(state: State, filter: Filter): Step {
  const view = shownView(state);
  const next = (id: number): View => {
    if (view.screen === "overview") return afresh(view, id, filter);
    if (view.screen === "flows") {
      return { ...withoutAnswer(view), id, filter, row: 0, top: 0, unfolded: [] };
    }
    if (view.screen === "events") {
      const { answer: _, event: __, ...rest } = view;
      return { ...rest, id, filter, top: 0 };
    }
    return newFlows(id, filter);
  };
  return { state: pushed(state, next) };
}
