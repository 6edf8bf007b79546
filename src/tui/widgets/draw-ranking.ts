import type { Ranking } from "../../query/rankings.ts";
import { bar, count } from "../../query/output/wording.ts";
import { fit, fitLine, spread } from "../text/fit.ts";
import { type Line, Span, widthOf } from "../text/span.ts";
import { dim, mark, plain, strong, toned } from "../text/words.ts";

const BAR_COLUMNS_MAX = 24;
const BAR_SHARE = 0.28;
/** In narrower lists names need the room. */
const BARS_FROM_COLUMNS = 32;
const BAR_COLUMNS_NARROW = 3;

export type RankingPlace = {
  readonly columns: number;
  readonly rows: number;
  /** Undefined for a list that has not the focus. */
  readonly chosen: number | undefined;
};

/** The first rows of a ranking with bars, below its title. */
export function drawRanking(
  title: string,
  { keys, rows: ranked }: Ranking,
  { columns, rows, chosen }: RankingPlace,
): Line[] {
  const hasFocus = chosen !== undefined;
  const shown = rows - 1;
  const top = hasFocus ? Math.max(0, Math.min(chosen - shown + 1, ranked.length - shown)) : 0;
  const first = Math.max(0, top);
  const visible = ranked.slice(first, first + shown);
  const most = ranked[0]?.packets ?? 1;
  const countColumns = Math.max(...visible.map(({ packets }) => count(packets).length), 1);
  const barColumns =
    columns < BARS_FROM_COLUMNS
      ? BAR_COLUMNS_NARROW
      : Math.min(BAR_COLUMNS_MAX, Math.floor(columns * BAR_SHARE));
  const nameColumns = columns - 2 - barColumns - countColumns - 3;
  const head: Line = hasFocus
    ? [toned("◆ ", "accent"), toned(title, "accent", { isBold: true })]
    : [plain("  "), strong(title)];
  const lines = visible.map(({ text, packets }, index): Line => {
    const isChosen = first + index === chosen;
    const style = { isInverse: isChosen };
    return fitLine(
      [
        mark(isChosen),
        fit(text, nameColumns, style),
        new Span(" "),
        toned(bar(packets / most, barColumns).padEnd(barColumns), "denied"),
        plain(" "),
        fit(count(packets), countColumns, {}, "right"),
      ],
      columns,
    );
  });
  const all = [spread(head, [dim(`${count(keys)} `)], columns), ...lines];
  const empty = fitLine([], columns);
  return Array.from({ length: rows }, (_, index) => all[index] ?? empty);
}

/** Lists beside each other, with some columns between them; each is as wide as its first line. */
export function beside(lists: readonly (readonly Line[])[], gap: number): Line[] {
  const rows = Math.max(...lists.map(({ length }) => length));
  const space = plain(" ".repeat(gap));
  return Array.from({ length: rows }, (_, row) =>
    lists.flatMap((list, index): Line => {
      const line = list[row] ?? [plain(" ".repeat(widthOf(list[0] ?? [])))];
      return index === 0 ? line : [space, ...line];
    }),
  );
}
