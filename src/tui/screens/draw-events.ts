import { count, countOf } from "../../query/output/wording.ts";
import type { RecentEvent } from "../../query/recent-events.ts";
import { chosenEvent } from "../state/chosen-event.ts";
import { flowValue } from "../state/flow-terms.ts";
import { tableRows } from "../state/layout.ts";
import { type CellName, cellNames, type EventsView, type Size } from "../state/state.ts";
import { spread, wrap } from "../text/fit.ts";
import type { Line } from "../text/span.ts";
import { dim, secondText, strong, toned } from "../text/words.ts";
import { drawTable, type TableColumn } from "../widgets/draw-table.ts";
import { waiting } from "../widgets/waiting.ts";

const LINE_ROWS_MAX = 6;

const ranks: Readonly<Record<CellName, number>> = {
  source: 0,
  destination: 0,
  port: 0,
  direction: 1,
  policy: 2,
};

const columns: readonly TableColumn<RecentEvent>[] = [
  { name: "time", title: "TIME", value: ({ time }) => secondText(time), rank: 0 },
  ...cellNames.map((name): TableColumn<RecentEvent> => {
    const value = (event: RecentEvent) => flowValue(event, name).text;
    return { name, title: name.toUpperCase(), value, rank: ranks[name], widthMin: 12 };
  }),
  {
    name: "flags",
    title: "FLAGS",
    value: ({ tcpFlags = [], icmpName = "" }) => tcpFlags.join(" ") || icmpName,
    rank: 4,
  },
  { name: "node", title: "NODE", value: ({ node }) => node ?? "", rank: 5 },
];

/** Single denials, the newest above, and the whole line of the chosen one. */
export function drawEvents(view: EventsView, { columns: width, rows }: Size): Line[] {
  const { answer, event } = view;
  if (answer === undefined) return waiting(view, width);
  const { events, kept } = answer.recent;
  const since = kept.since === undefined ? "" : `, back to ${secondText(kept.since)} UTC`;
  const head = spread(
    event === undefined
      ? [toned("● ", "good"), strong("following the newest")]
      : [toned("‖ ", "warning"), strong("held at one event"), dim(", f follows again")],
    [dim(`${countOf(kept.denials, "line")} kept${since}`)],
    width,
  );
  if (events.length === 0) return [head, [], [dim("  No line that is kept passes the filter")]];
  const at = chosenEvent(view);
  const line = view.showsLine ? rawLine(events[at], width) : [];
  const room = Math.max(1, tableRows({ columns: width, rows: rows + 3 }) - line.length);
  const top = Math.max(view.top, at - room + 1);
  const shown = events.slice(top, top + room);
  const table = drawTable(columns, shown, width, { row: at - top });
  const blank = Array.from(
    { length: Math.max(0, rows - 1 - table.length - line.length) },
    () => [],
  );
  return [head, ...table, ...blank, ...line];
}

function rawLine(event: RecentEvent | undefined, width: number): Line[] {
  if (event === undefined) return [];
  const lines = wrap(event.line, width).slice(0, LINE_ROWS_MAX);
  return [[dim(`─ line ${count(event.event)} `.padEnd(width, "─"))], ...lines];
}
