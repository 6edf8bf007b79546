import type { Line } from "../text/span.ts";
import { dim } from "../text/words.ts";

/** As many lines as fit, with the chosen one near their middle. */
export function centred(lines: readonly Line[], at: number, rows: number): Line[] {
  const top = Math.max(0, Math.min(at - Math.floor(rows / 2), lines.length - rows));
  return lines.slice(top, top + rows);
}

/** As many lines as fit from `top` on, at most so far that the last one is shown. */
export function scrolled(lines: readonly Line[], top: number, rows: number): Line[] {
  const first = Math.max(0, Math.min(top, lines.length - rows));
  const shown = lines.slice(first, first + rows);
  const below = lines.length - first - rows;
  if (below <= 0) return shown;
  return [...shown.slice(0, -1), [dim(`  ... ${below + 1} more lines below`)]];
}
