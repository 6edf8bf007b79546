import type { Flow } from "../../query/flows.ts";
import type { TopRow } from "../../query/top.ts";
import type { FlowsView } from "./state.ts";

/** A row of the table of flows. */
export type TableRow =
  | { readonly kind: "flow"; readonly id: number; readonly flow: Flow; readonly isInGroup: boolean }
  | { readonly kind: "group"; readonly group: TopRow; readonly isUnfolded: boolean };

/** How many rows there are, be they fetched or not. */
export function rowCount({ answer, unfolded }: FlowsView): number {
  if (answer === undefined) return 0;
  if (answer.kind === "flows") return answer.page.answer.totals.flows;
  const shown = unfolded.map((key) => answer.unfolded[key]?.ids.length ?? 0);
  return answer.top.top.length + shown.reduce((sum, count) => sum + count, 0);
}

/** Undefined where it is not fetched yet. */
export function rowAt(view: FlowsView, row: number): TableRow | undefined {
  const { answer } = view;
  if (answer === undefined) return undefined;
  if (answer.kind === "groups") return groupRows(view)[row];
  const { page, offset } = answer;
  const flow = page.answer.flows[row - offset];
  const id = page.ids[row - offset];
  return flow === undefined || id === undefined
    ? undefined
    : { kind: "flow", id, flow, isInGroup: false };
}

function groupRows({ answer, unfolded }: FlowsView): TableRow[] {
  if (answer?.kind !== "groups") return [];
  return answer.top.top.flatMap((group): TableRow[] => {
    const isUnfolded = unfolded.includes(group.key);
    const page = isUnfolded ? answer.unfolded[group.key] : undefined;
    const flows = (page?.answer.flows ?? []).map((flow, index): TableRow => {
      return { kind: "flow", id: page!.ids[index]!, flow, isInGroup: true };
    });
    return [{ kind: "group", group, isUnfolded }, ...flows];
  });
}
