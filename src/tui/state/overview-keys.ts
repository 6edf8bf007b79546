import { rankedDimensions } from "../../query/flow-dimensions.ts";
import { clamp } from "./layout.ts";
import type { Command } from "./keys.ts";
import { afresh, narrowed } from "./narrowed.ts";
import { type OverviewView, pushed, type State, withView } from "./state.ts";
import { said, type Step } from "./step.ts";

type Handler = (state: State, view: OverviewView) => Step;

const to =
  (move: (view: OverviewView) => OverviewView): Handler =>
  (state, view) => ({ state: withView(state, move(view)) });

const handlers: Readonly<Partial<Record<Command, Handler>>> = {
  up: to((view) => rowMoved(view, -1)),
  down: to((view) => rowMoved(view, 1)),
  "next-panel": to((view) => panelMoved(view, 1)),
  "previous-panel": to((view) => panelMoved(view, -1)),
  left: to((view) => bucketMoved(view, -1, false)),
  right: to((view) => bucketMoved(view, 1, false)),
  "range-left": to((view) => bucketMoved(view, -1, true)),
  "range-right": to((view) => bucketMoved(view, 1, true)),
  enter: (state, view) =>
    view.focus === "histogram" ? zoomed(state, view) : narrowed(state, false),
  exclude: (state) => narrowed(state, true),
};

export function overviewKey(state: State, view: OverviewView, command: Command): Step | undefined {
  return handlers[command]?.(state, view);
}

function rowMoved(view: OverviewView, by: number): OverviewView {
  const { focus, rows, answer } = view;
  // From the histogram, up and down lead to the lists.
  if (focus === "histogram") return { ...view, focus: "source" };
  const last = (answer?.rankings.by[focus].rows.length ?? 1) - 1;
  const row = clamp(rows[focus] + by, 0, Math.max(0, last));
  return { ...view, rows: { ...rows, [focus]: row } };
}

function panelMoved(view: OverviewView, by: number): OverviewView {
  if (view.focus === "histogram") return { ...view, focus: by > 0 ? "source" : "direction" };
  const { length } = rankedDimensions;
  const next = (rankedDimensions.indexOf(view.focus) + by + length) % length;
  return { ...view, focus: rankedDimensions[next]! };
}

function bucketMoved(view: OverviewView, by: number, isRange: boolean): OverviewView {
  const buckets = view.answer?.histogram.buckets ?? [];
  if (buckets.length === 0) return view;
  const at = buckets.findIndex(({ from }) => from === view.bucket);
  // The first step chooses the newest: that is what people come for.
  const index = at < 0 ? buckets.length - 1 : clamp(at + by, 0, buckets.length - 1);
  const bucket = buckets[index]!.from;
  const { anchor: _, ...rest } = view;
  const anchor = isRange ? (view.anchor ?? view.bucket ?? bucket) : undefined;
  return { ...rest, focus: "histogram", bucket, ...(anchor === undefined ? {} : { anchor }) };
}

/** The times from and to which the chosen buckets reach; undefined while none is chosen. */
export function chosenRange(view: OverviewView): { from: string; to: string } | undefined {
  const buckets = view.answer?.histogram.buckets ?? [];
  const at = buckets.findIndex(({ from }) => from === view.bucket);
  if (at < 0) return undefined;
  const anchored = buckets.findIndex(({ from }) => from === (view.anchor ?? view.bucket));
  const [first, last] = [at, anchored < 0 ? at : anchored].toSorted((a, b) => a - b);
  return { from: buckets[first!]!.from, to: buckets[last!]!.to };
}

function zoomed(state: State, view: OverviewView): Step {
  const range = chosenRange(view);
  if (range === undefined) return said(state, "No time is chosen: ← and → choose one");
  const filter = { ...view.filter, since: range.from, until: range.to };
  const { since, until } = view.filter;
  if (since === range.from && until === range.to) {
    return said(state, "It cannot be told apart further");
  }
  return { state: pushed(state, (id) => afresh(view, id, filter)) };
}
