import type { CountedHistogram } from "../../query/counted-histogram.ts";
import { count, countOf } from "../../query/output/wording.ts";
import { fit, fitLine, spread } from "../text/fit.ts";
import { type Line, Span } from "../text/span.ts";
import { dim, lengthText, minuteText, plain, strong, toned } from "../text/words.ts";
import { SCALE_COLUMNS } from "./histogram-layout.ts";

const EIGHTHS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/** Bars this wide can do without a column to tell them apart. */
const GAP_FROM_COLUMNS = 3;
const LABEL_COLUMNS = 11;
/** Title, axis and times. */
export const HISTOGRAM_EXTRA_ROWS = 3;

export type ChosenRange = { readonly from: string; readonly to: string };

/** Packets over time as bars of so many rows, with a title, an axis and times. */
export function drawHistogram(
  { minutes, buckets }: CountedHistogram,
  columns: number,
  rows: number,
  range: ChosenRange | undefined,
  name = "Denied packets",
): Line[] {
  const room = columns - SCALE_COLUMNS - 1;
  const places = placesOf(buckets.length, room);
  const most = Math.max(1, ...buckets.map(({ packets }) => packets));
  const isChosen = buckets.map(
    ({ from, to }) => range !== undefined && from >= range.from && to <= range.to,
  );
  const chosen = buckets.filter((_, index) => isChosen[index]);
  const packets = chosen.reduce((sum, bucket) => sum + bucket.packets, 0);
  const title = [strong(name), dim(`, a bar is ${lengthText(minutes)}`)];
  const selection =
    range === undefined
      ? []
      : [
          toned("▲ ", "warning"),
          strong(`${minuteText(range.from)} to ${minuteText(range.to)}`),
          plain(` ${countOf(packets, "packet")}`),
          dim("  enter zooms"),
        ];
  const bars = Array.from({ length: rows }, (_, index): Line => {
    const above = rows - 1 - index;
    const scale = index === 0 ? count(most) : index === rows - 1 ? "0" : "";
    const cells = buckets.map(({ packets: value }, at) => {
      const eighths = value === 0 ? 0 : Math.max(1, Math.round((value / most) * rows * 8));
      const filled = Math.max(0, Math.min(8, eighths - above * 8));
      const { columns: wide, gap } = places[at]!;
      const text = EIGHTHS[filled]!.repeat(wide - gap) + " ".repeat(gap);
      return new Span(text, { tone: isChosen[at] === true ? "warning" : "denied" });
    });
    return fitLine(
      [fit(scale, SCALE_COLUMNS - 1, { tone: "dim" }, "right"), dim("│"), ...merged(cells)],
      columns,
    );
  });
  return [
    spread(title, selection, columns),
    ...bars,
    fitLine([dim(`${" ".repeat(SCALE_COLUMNS - 1)}└`), ...axis(isChosen, places)], columns),
    fitLine([plain(" ".repeat(SCALE_COLUMNS)), dim(labels(buckets, places, room))], columns),
  ];
}

type Place = { readonly at: number; readonly columns: number; readonly gap: number };

/** Bars fill the room: some may be a column wider than others. */
function placesOf(count: number, room: number): Place[] {
  const start = (index: number) => Math.round((index * room) / count);
  const gap = room / count >= GAP_FROM_COLUMNS ? 1 : 0;
  return Array.from({ length: count }, (_, index) => {
    return { at: start(index), columns: start(index + 1) - start(index), gap };
  });
}

/** Neighbours of one style become one span. */
function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last !== undefined && last.style.tone === span.style.tone) {
      all[all.length - 1] = new Span(last.text + span.text, span.style);
    } else {
      all.push(span);
    }
  }
  return all;
}

function axis(isChosen: readonly boolean[], places: readonly Place[]): Span[] {
  return merged(
    isChosen.map((each, index) => {
      const { columns } = places[index]!;
      return each ? toned("▲".repeat(columns), "warning") : dim("─".repeat(columns));
    }),
  );
}

/** The time at the beginning of some bars, as many as there is room for. */
function labels(
  buckets: CountedHistogram["buckets"],
  places: readonly Place[],
  room: number,
): string {
  let text = "";
  for (const [index, { from }] of buckets.entries()) {
    const { at } = places[index]!;
    const isFree = text === "" || at >= text.length + LABEL_COLUMNS;
    if (isFree && at + LABEL_COLUMNS <= room) text = text.padEnd(at) + minuteText(from);
  }
  return text;
}
