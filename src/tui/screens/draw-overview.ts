import { type RankedDimension, rankedDimensions } from "../../query/flow-dimensions.ts";
import type { Rankings } from "../../query/rankings.ts";
import { count } from "../../query/output/wording.ts";
import { chosenRange } from "../state/overview-keys.ts";
import type { OverviewView, Size } from "../state/state.ts";
import { fitLine, spread } from "../text/fit.ts";
import type { Line } from "../text/span.ts";
import { dim, secondText, strong } from "../text/words.ts";
import { drawHistogram, HISTOGRAM_EXTRA_ROWS } from "../widgets/draw-histogram.ts";
import { beside, drawRanking } from "../widgets/draw-ranking.ts";
import { answerSummary } from "../widgets/answer-summary.ts";
import { waiting } from "../widgets/waiting.ts";

const GAP = 2;
const BAR_ROWS_MIN = 3;
const BAR_ROWS_MAX = 12;
/** Of what is there, for the histogram. */
const BARS_SHARE = 0.22;
const WIDE_COLUMNS = 150;

const titles: Readonly<Record<RankedDimension, string>> = {
  source: "Sources",
  destination: "Destinations",
  port: "Ports",
  policy: "Policies",
  direction: "Directions",
};

/** `rows` lines: totals, a histogram, and who was denied most. */
export function drawOverview(view: OverviewView, { columns, rows }: Size): Line[] {
  const { answer } = view;
  if (answer === undefined) return waiting(view, columns);
  const { rankings, histogram } = answer;
  const barRows = Math.min(BAR_ROWS_MAX, Math.max(BAR_ROWS_MIN, Math.floor(rows * BARS_SHARE)));
  const range = view.focus === "histogram" ? chosenRange(view) : undefined;
  const head = [totals(rankings, columns), ...drawHistogram(histogram, columns, barRows, range)];
  const room = rows - 1 - barRows - HISTOGRAM_EXTRA_ROWS;
  return [...head, ...panels(view, rankings, { columns, rows: room })];
}

function totals({ totals: all, firstSeen, lastSeen }: Rankings, columns: number): Line {
  const left = [
    ...answerSummary(all),
    ...(firstSeen === undefined || lastSeen === undefined
      ? []
      : [dim(", "), strong(rateText(all.packets, firstSeen, lastSeen))]),
  ];
  const seen =
    firstSeen === undefined || lastSeen === undefined
      ? []
      : [dim(`${secondText(firstSeen)} to ${secondText(lastSeen)} UTC`)];
  return spread(left, columns < 100 ? [] : seen, columns);
}

/** `12 a minute` over the time in which they came. */
function rateText(packets: number, firstSeen: string, lastSeen: string): string {
  const minutes = Math.max(1, (Date.parse(lastSeen) - Date.parse(firstSeen)) / 60_000);
  const rate = packets / minutes;
  return `${rate >= 10 ? count(Math.round(rate)) : rate.toFixed(1)} a minute`;
}

/** All in one row where there is room; else endpoints above, what is narrower below. */
function panels(view: OverviewView, rankings: Rankings, { columns, rows }: Size): Line[] {
  const grid: readonly (readonly RankedDimension[])[] =
    columns >= WIDE_COLUMNS
      ? [rankedDimensions]
      : [
          ["source", "destination"],
          ["port", "policy", "direction"],
        ];
  const gaps = grid.length - 1;
  const each = Math.floor((rows - gaps) / grid.length);
  return grid.flatMap((dimensions, index): Line[] => {
    const isLast = index === grid.length - 1;
    const height = isLast ? rows - gaps - each * index : each;
    const width = Math.floor((columns - GAP * (dimensions.length - 1)) / dimensions.length);
    const lists = dimensions.map((dimension) =>
      drawRanking(titles[dimension], rankings.by[dimension], {
        columns: width,
        rows: height,
        chosen: view.focus === dimension ? view.rows[dimension] : undefined,
      }),
    );
    return [...beside(lists, GAP), ...(isLast ? [] : [fitLine([], columns)])];
  });
}
