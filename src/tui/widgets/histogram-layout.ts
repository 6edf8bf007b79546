/** Columns left of the bars, for the scale. */
export const SCALE_COLUMNS = 8;
const BARS_MIN = 8;
const BARS_MAX = 96;

/** How many bars a histogram has at most on a screen of so many columns. */
export function barsMax(columns: number): number {
  return Math.min(BARS_MAX, Math.max(BARS_MIN, columns - SCALE_COLUMNS - 1));
}
