import { formatDuration } from "../../model/duration.ts";
import { MICROS_PER_MINUTE, MINUTES_PER_DAY } from "../../model/time-unit.ts";
import type { Bucket, HistogramAnswer } from "../../query/histogram.ts";
import { answerHead } from "./answer-head.ts";
import { type Column, renderTable } from "./table.ts";
import { bar, byteSize, count } from "../../query/output/wording.ts";

/** So many empty rows, one after the other, are one that says for how long nothing was denied. */
const GAP_ROWS_MIN = 3;
const WIDTH_DEFAULT = 100;
/** All columns but the bars, with the spaces between them. */
const OTHER_COLUMNS = 45;
const BAR_COLUMNS_MIN = 10;

type Row = { readonly bucket: Bucket; readonly rows: number };

/** A row for each interval with a bar for its packets; a gap is one row, however long it is. */
export function timelineTable(
  answer: HistogramAnswer,
  isWide: boolean,
  width: number | undefined,
): string {
  const { buckets, interval, intervalSnappedTo, totals, window } = answer;
  if (buckets.length === 0) return "No denied packets match\n";
  const most = buckets.reduce((max, { packets }) => Math.max(max, packets), 1);
  const barColumns = Math.max(BAR_COLUMNS_MIN, (width ?? WIDTH_DEFAULT) - OTHER_COLUMNS);
  const longer =
    intervalSnappedTo === undefined
      ? ""
      : `Shorter times are not kept so far back: intervals are ${interval}\n`;
  const shape = ({ bucket, rows }: Row) =>
    rows > 1
      ? `nothing for ${formatDuration(rows * answer.intervalMinutes * MICROS_PER_MINUTE)}`
      : bar(bucket.packets / most, barColumns);
  const columns: readonly Column<Row>[] = [
    { title: `${interval} FROM`, value: ({ bucket }) => timeText(bucket, answer.intervalMinutes) },
    { title: "PACKETS", value: ({ bucket }) => packetsText(bucket), align: "right" },
    { title: "", value: shape },
    { title: "ATTEMPTS", value: ({ bucket }) => count(bucket.attempts), align: "right", rank: 1 },
    ...(isWide ? [bytesColumn] : []),
  ];
  return `${answerHead(window, totals)}${longer}\n${renderTable(columns, rowsOf(buckets), width)}`;
}

const bytesColumn: Column<Row> = {
  title: "BYTES",
  value: ({ bucket }) => byteSize(bucket.bytes),
  align: "right",
  rank: 2,
};

/** Empty rows of which a loss is known are no gap: something may have been denied. */
function rowsOf(buckets: readonly Bucket[]): Row[] {
  const rows: Row[] = [];
  for (let index = 0; index < buckets.length; index++) {
    let end = index;
    while (end < buckets.length && isEmpty(buckets[end]!)) end++;
    const empty = end - index;
    rows.push({ bucket: buckets[index]!, rows: empty >= GAP_ROWS_MIN ? empty : 1 });
    if (empty >= GAP_ROWS_MIN) index = end - 1;
  }
  return rows;
}

function isEmpty({ packets, packetsAreLowerBound }: Bucket): boolean {
  return packets === 0 && packetsAreLowerBound !== true;
}

/** `2026-11-22 13:25`; of whole days the day alone. */
function timeText({ time }: Bucket, minutes: number): string {
  return minutes % MINUTES_PER_DAY === 0 ? time.slice(0, 10) : time.slice(0, 16).replace("T", " ");
}

function packetsText({ packets, packetsAreLowerBound }: Bucket): string {
  return packetsAreLowerBound === true ? `≥ ${count(packets)}` : count(packets);
}
