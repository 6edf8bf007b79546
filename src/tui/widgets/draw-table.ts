import { columnWidths, GAP_COLUMNS, type WidthOfColumn } from "../../query/output/column-widths.ts";
import { fit, fitLine } from "../text/fit.ts";
import { type Line, Span, type Tone } from "../text/span.ts";
import { mark, plain } from "../text/words.ts";

export type TableColumn<Row> = WidthOfColumn & {
  readonly name: string;
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: "left" | "right";
  readonly tone?: Tone;
};

export type TableChoice = {
  /** Of the rows that are shown; undefined where none is chosen. */
  readonly row: number | undefined;
  /** The name of the column, where one cell is chosen. */
  readonly cell?: string | undefined;
};

/** Titles, and rows below them; the chosen one is marked, whatever colours there are. */
export function drawTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  width: number,
  choice: TableChoice,
): Line[] {
  const texts = rows.map((row) => columns.map(({ value }) => new Span(value(row))));
  const wanted = columns.map(({ title }, index) =>
    texts.reduce((most, row) => Math.max(most, row[index]!.width), title.length),
  );
  const widths = columnWidths(columns, wanted, width - 2);
  const shown = [...columns.keys()].filter((index) => widths[index] !== undefined);
  const gap = " ".repeat(GAP_COLUMNS);
  const titles = shown.map((index) => {
    const { title, align = "left" } = columns[index]!;
    return fit(title, widths[index]!, { tone: "dim", isBold: true }, align);
  });
  const lines = texts.map((row, at): Line => {
    const isChosen = at === choice.row;
    const cells = shown.flatMap((index, place): Span[] => {
      const { align = "left", tone = "plain", name } = columns[index]!;
      const isInverse = isChosen && (choice.cell === undefined || choice.cell === name);
      const cell = fit(row[index]!.text, widths[index]!, { tone, isInverse }, align);
      const between = { isInverse: isChosen && choice.cell === undefined };
      return place === 0 ? [cell] : [new Span(gap, between), cell];
    });
    return fitLine([mark(isChosen), ...cells], width);
  });
  const head = titles.flatMap((title, index) => (index === 0 ? [title] : [plain(gap), title]));
  return [fitLine([plain("  "), ...head], width), ...lines];
}
