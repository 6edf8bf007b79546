import { textWidth } from "../../model/text-width.ts";
import { printable } from "../../model/printable.ts";
import { cutText } from "../../query/output/cut-text.ts";
import { columnWidths, GAP_COLUMNS, type WidthOfColumn } from "../../query/output/column-widths.ts";

export type Column<Row> = WidthOfColumn & {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: "left" | "right";
};

/**
 * Rows as aligned text that fits `width` columns; undefined for a pipe, where nothing is cut. All
 * text is made safe for a terminal here.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number | undefined,
): string {
  const cells = rows.map((row) => columns.map(({ value }) => printable(value(row))));
  const wanted = columns.map(({ title }, index) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[index]!)), textWidth(title)),
  );
  const widths = columnWidths(columns, wanted, width ?? Number.POSITIVE_INFINITY);
  const shown = [...columns.keys()].filter((index) => widths[index] !== undefined);
  const line = (texts: readonly string[]) =>
    shown
      .map((index) => pad(texts[index]!, widths[index]!, columns[index]!.align ?? "left"))
      .join(" ".repeat(GAP_COLUMNS))
      .trimEnd();
  const titles = columns.map(({ title }) => title);
  return [titles, ...cells].map((texts) => `${line(texts)}\n`).join("");
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const fitted = cutText(text, width);
  const space = " ".repeat(Math.max(0, width - textWidth(fitted)));
  return align === "right" ? space + fitted : fitted + space;
}
