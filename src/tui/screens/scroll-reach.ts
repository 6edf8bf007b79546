import { bodyRows } from "../state/layout.ts";
import type { HealthView, HelpView, Size, SqlView } from "../state/state.ts";
import { healthLines } from "./draw-health.ts";
import { helpLines } from "./draw-help.ts";
import { SQL_HEAD_ROWS } from "./draw-sql.ts";

/** A screen that is scrolled as a text, without a chosen row. */
export type Scrolled = HealthView | HelpView | SqlView;

/** How many lines a screen has, and for how many of them there is room. */
export function scrollReach(view: Scrolled, size: Size): { lines: number; rows: number } {
  const rows = bodyRows(size);
  switch (view.screen) {
    case "health":
      return { lines: healthLines(view, size.columns).length, rows };
    case "help":
      return { lines: helpLines(view, size.columns).length, rows };
    case "sql":
      return { lines: view.answer?.table.rows.length ?? 0, rows: rows - SQL_HEAD_ROWS };
  }
}
