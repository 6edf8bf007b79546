import { countOf } from "../../query/output/wording.ts";
import type { Reading } from "../state/state.ts";
import { bar } from "../../query/output/wording.ts";
import type { Line } from "../text/span.ts";
import { dim, plain, strong, toned } from "../text/words.ts";

const BAR_COLUMNS_MAX = 60;

/** How far logs are read that were named on the command line. */
export function drawReading({ path, share, lines, denials }: Reading, columns: number): Line[] {
  const width = Math.min(BAR_COLUMNS_MAX, columns - 12);
  const filled = bar(Math.min(1, share), width);
  return [
    [],
    [plain("  "), strong("Reading "), plain(path)],
    [],
    [
      plain("  "),
      toned(filled, "accent"),
      dim("░".repeat(Math.max(0, width - filled.length))),
      plain(` ${Math.floor(Math.min(1, share) * 100)}%`),
    ],
    [plain("  "), dim(`${countOf(lines, "line")}, ${countOf(denials, "denial")}`)],
  ];
}
