import { count, countOf } from "../../query/output/wording.ts";
import type { Size, SqlView } from "../state/state.ts";
import { fitLine, spread } from "../text/fit.ts";
import { type Line, Span } from "../text/span.ts";
import { dim, toned } from "../text/words.ts";
import { drawTable } from "../widgets/draw-table.ts";
import { scrolled } from "../widgets/scrolled.ts";
import { waiting } from "../widgets/waiting.ts";
import { isSlow } from "../state/is-slow.ts";

const CELL_COLUMNS_MIN = 6;
/** The statement, how many rows it gave, and the titles of their columns. */
export const SQL_HEAD_ROWS = 3;

/** The rows that a statement gave. */
export function drawSql(view: SqlView, { columns, rows }: Size, isLive: boolean): Line[] {
  const { answer } = view;
  const statement = fitLine([toned("; ", "accent"), new Span(view.text)], columns);
  if (answer === undefined)
    return [
      statement,
      ...waiting(view, columns, isLive ? "Running ... (esc stops it)" : "Running ..."),
    ];
  const { table } = answer;
  const more = table.isCut ? `the first ${count(table.rows.length)} rows` : "";
  const head = spread(
    [dim(table.isCut ? more : countOf(table.rows.length, "row"))],
    [dim(`${table.milliseconds.toFixed(0)} ms${isSlow(view) ? ", not refreshed" : ""}`)],
    columns,
  );
  const [titles = [], ...lines] = drawTable(
    table.columns.map((title, index) => ({
      name: String(index),
      title,
      value: (row: readonly string[]) => row[index] ?? "",
      rank: index === 0 ? 0 : index,
      widthMin: CELL_COLUMNS_MIN,
    })),
    table.rows,
    columns,
    { row: undefined },
  );
  return [statement, head, titles, ...scrolled(lines, view.top, rows - SQL_HEAD_ROWS)];
}
