import stringWidth from "string-width";
import { printable } from "../../model/printable.ts";

export type Column<Row> = {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: "left" | "right";
  /** Columns with the highest rank leave first when the terminal is too narrow. 0 always stays. */
  readonly rank?: number;
  /** Width down to which the text may be cut, the cut marked by an ellipsis. */
  readonly widthMin?: number;
};

const GAP = 2;
const ELLIPSIS = "…";

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
    cells.reduce((most, row) => Math.max(most, stringWidth(row[index]!)), stringWidth(title)),
  );
  const widths = fit(columns, wanted, width ?? Number.POSITIVE_INFINITY);
  const shown = [...columns.keys()].filter((index) => widths[index] !== undefined);
  const line = (texts: readonly string[]) =>
    shown
      .map((index) => pad(texts[index]!, widths[index]!, columns[index]!.align ?? "left"))
      .join(" ".repeat(GAP))
      .trimEnd();
  const titles = columns.map(({ title }) => title);
  return [titles, ...cells].map((texts) => `${line(texts)}\n`).join("");
}

/** The width of each column; undefined for those that leave. */
function fit<Row>(
  columns: readonly Column<Row>[],
  wanted: readonly number[],
  width: number,
): (number | undefined)[] {
  const widths: (number | undefined)[] = [...wanted];
  const least = (index: number) =>
    Math.min(wanted[index]!, columns[index]!.widthMin ?? wanted[index]!);
  const total = (of: (index: number) => number) => {
    const shown = [...widths.keys()].filter((index) => widths[index] !== undefined);
    return shown.reduce((sum, index) => sum + of(index), (shown.length - 1) * GAP);
  };
  const byRank = [...columns.keys()]
    .filter((index) => (columns[index]!.rank ?? 0) > 0)
    .toSorted((a, b) => columns[b]!.rank! - columns[a]!.rank!);
  for (const index of byRank) {
    if (total(least) <= width) break;
    widths[index] = undefined;
  }
  while (total((index) => widths[index]!) > width) {
    const widest = [...widths.keys()]
      .filter((index) => widths[index] !== undefined && widths[index]! > least(index))
      .toSorted((a, b) => widths[b]! - widths[a]!)[0];
    if (widest === undefined) break;
    widths[widest]!--;
  }
  return widths;
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const fitted = cut(text, width);
  const space = " ".repeat(Math.max(0, width - stringWidth(fitted)));
  return align === "right" ? space + fitted : fitted + space;
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return kept + ELLIPSIS;
}
