import { detailItems } from "./detail-items.ts";
import type { Command } from "./keys.ts";
import { bodyRows } from "./layout.ts";
import { movedRow } from "./moved-row.ts";
import { narrowed } from "./narrowed.ts";
import { newFlow } from "./new-view.ts";
import { type FlowView, pushed, type State, withView } from "./state.ts";
import type { Step } from "./step.ts";

export function flowKey(state: State, view: FlowView, command: Command): Step | undefined {
  const items = detailItems(view.answer?.detail);
  const place = { row: view.row, screen: bodyRows(state.size), last: items.length - 1 };
  const row = movedRow(command, place);
  if (row !== undefined) return { state: withView(state, { ...view, row }) };
  if (command === "exclude") return narrowed(state, true);
  if (command !== "enter") return undefined;
  const item = items[view.row];
  if (item?.kind !== "related") return narrowed(state, false);
  const flow = { by: "id", number: item.id } as const;
  return { state: pushed(state, (id) => newFlow(id, view.filter, flow)) };
}
