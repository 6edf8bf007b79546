/** Columns between two columns of a table. */
export const GAP_COLUMNS = 2;

export type WidthOfColumn = {
  /** It may be cut down to so many columns; otherwise not at all. */
  readonly widthMin?: number;
  /** Columns of a high rank leave first where there is no room; those without one stay. */
  readonly rank?: number;
};

/** The width of each column of a table in `width` columns; undefined for those that leave. */
export function columnWidths(
  columns: readonly WidthOfColumn[],
  wanted: readonly number[],
  width: number,
): (number | undefined)[] {
  const least = (index: number) =>
    Math.min(wanted[index]!, columns[index]!.widthMin ?? wanted[index]!);
  const widths: (number | undefined)[] = wanted.map(() => undefined);
  const total = (of: (index: number) => number) => {
    const shown = [...widths.keys()].filter((index) => widths[index] !== undefined);
    return shown.reduce((sum, index) => sum + of(index) + GAP_COLUMNS, -GAP_COLUMNS);
  };
  const rankOf = (index: number) => columns[index]!.rank ?? 0;
  for (const index of [...columns.keys()].toSorted((a, b) => rankOf(a) - rankOf(b))) {
    widths[index] = wanted[index]!;
    if (rankOf(index) > 0 && total(least) > width) widths[index] = undefined;
  }
  let excess = total((index) => widths[index]!) - width;
  while (excess > 0) {
    const widest = [...widths.keys()]
      .filter((index) => widths[index] !== undefined && widths[index]! > least(index))
      .toSorted((a, b) => widths[b]! - widths[a]!)[0];
    if (widest === undefined) break;
    widths[widest]!--;
    excess--;
  }
  return widths;
}
