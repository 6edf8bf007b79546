import { count } from "../../query/output/wording.ts";
import type { Notes } from "../notes/note.ts";
import type { FlowsView, Size } from "../state/state.ts";
import { rowAt, rowCount } from "../state/table-rows.ts";
import { spread } from "../text/fit.ts";
import type { Line } from "../text/span.ts";
import { dim } from "../text/words.ts";
import { answerSummary } from "../widgets/answer-summary.ts";
import { drawTable } from "../widgets/draw-table.ts";
import { waiting } from "../widgets/waiting.ts";
import { flowColumns } from "./flow-columns.ts";
import { groupColumns } from "./group-columns.ts";

/** Totals and titles of the columns. */
const HEAD_ROWS = 2;

/** The table of flows: the rows that are on the screen, whatever else there is. */
export function drawFlows(
  view: FlowsView,
  notes: Notes,
  now: number,
  { columns, rows }: Size,
): Line[] {
  const { answer, top, groupBy } = view;
  if (answer === undefined) return waiting(view, columns);
  const all = rowCount(view);
  const shown = Math.max(0, Math.min(rows - HEAD_ROWS, all - top));
  const visible = Array.from({ length: shown }, (_, index) => rowAt(view, top + index));
  const { totals } = answer.kind === "flows" ? answer.page.answer : answer.top;
  const place = all === 0 ? "" : `${count(top + 1)} to ${count(top + shown)} of ${count(all)}`;
  const head = spread(answerSummary(totals), [dim(place)], columns);
  if (all === 0) return [head, [], [dim("  No denied flow passes the filter")]];
  const tableColumns =
    groupBy === undefined ? flowColumns(view.sort, notes, now) : groupColumns(groupBy);
  const choice = { row: view.row - top, cell: view.cell };
  return [head, ...drawTable(tableColumns, visible, columns, choice)];
}
