import type { FlowSort } from "../../query/flows.ts";
import { groupMenu } from "./menus.ts";
import { tableRows } from "./layout.ts";
import type { Command } from "./keys.ts";
import { movedRow } from "./moved-row.ts";
import { narrowed } from "./narrowed.ts";
import { newFlow } from "./new-view.ts";
import { cellNames, type FlowsView, pushed, type State, withView } from "./state.ts";
import { said, type Step } from "./step.ts";
import { rowAt, rowCount } from "./table-rows.ts";

const sorts: Readonly<Partial<Record<Command, FlowSort>>> = {
  "sort-packets": "packets",
  "sort-attempts": "attempts",
  "sort-bytes": "bytes",
  "sort-first": "firstSeen",
  "sort-last": "lastSeen",
  "sort-source": "src",
  "sort-destination": "dst",
  "sort-port": "dstPort",
};

const handlers: Readonly<Partial<Record<Command, (state: State, view: FlowsView) => Step>>> = {
  left: (state, view) => ({ state: withView(state, cellMoved(view, -1)) }),
  right: (state, view) => ({ state: withView(state, cellMoved(view, 1)) }),
  enter: entered,
  exclude: (state) => narrowed(state, true),
  group: (state) => ({ state: { ...state, prompt: groupMenu() } }),
  unfold: unfolded,
};

export function flowsKey(state: State, view: FlowsView, command: Command): Step | undefined {
  const sort = sorts[command];
  if (sort !== undefined) {
    return { state: withView(state, { ...view, sort, row: 0, top: 0 }) };
  }
  const place = { row: view.row, screen: tableRows(state.size), last: rowCount(view) - 1 };
  const row = movedRow(command, place);
  if (row !== undefined) return { state: withView(state, { ...view, row }) };
  return handlers[command]?.(state, view);
}

/** To the left of the first cell, the row as a whole is chosen. */
function cellMoved(view: FlowsView, by: number): FlowsView {
  const { cell, ...rest } = view;
  const at = cell === undefined ? -1 : cellNames.indexOf(cell);
  const next = cellNames[Math.min(at + by, cellNames.length - 1)];
  return next === undefined ? rest : { ...rest, cell: next };
}

function entered(state: State, view: FlowsView): Step {
  const row = rowAt(view, view.row);
  if (row === undefined) return said(state, "There is no flow here");
  if (row.kind === "group" || view.cell !== undefined) return narrowed(state, false);
  return { state: pushed(state, (id) => newFlow(id, view.filter, { by: "id", number: row.id })) };
}

function unfolded(state: State, view: FlowsView): Step {
  const row = rowAt(view, view.row);
  if (row?.kind !== "group") return said(state, "Not a group: b groups the flows");
  const { key } = row.group;
  const others = view.unfolded.filter((each) => each !== key);
  const next = row.isUnfolded ? others : [...others, key];
  return { state: withView(state, { ...view, unfolded: next }) };
}
