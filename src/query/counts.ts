import { tcpFlagNames } from "../model/tcp-flags.ts";
import { MINUTES_PER_DAY, MINUTES_PER_HOUR } from "../model/time-unit.ts";
import type { TimeWindow } from "../model/time-window.ts";

const columns = "flow, packets, attempts, bytes, tcp_flags, first_seen, last_seen";
/** Rows without packets are of flows of which only follow-ups came (follow-ups.ts). */
const hasPackets = "packets > 0";

/** SQLite has no OR aggregate: the mask is put together bit by bit. */
const flagBits = tcpFlagNames.map((_, bit) => 1 << bit);

type Unit = "minute" | "hour" | "day";

type Span = {
  readonly unit: Unit;
  readonly from: number;
  readonly to: number;
};

const minutesPerUnit: Readonly<Record<Unit, number>> = {
  minute: 1,
  hour: MINUTES_PER_HOUR,
  day: MINUTES_PER_DAY,
};

/**
 * SQL that selects the counts of a window from the coarsest rows that cover it: days in the middle,
 * then hours, minutes at the ends.
 */
export function countsOf(window: TimeWindow | undefined, chosen?: Chosen): string {
  return rowsOf(window, columns, hasPackets, chosen);
}

/** Some columns of the coarsest rows that cover a window, as far as a condition holds. */
export function rowsOf(
  window: TimeWindow | undefined,
  names: string,
  condition: string,
  chosen: Chosen = "all",
): string {
  if (window === undefined) {
    return rowsOfSpan("day", names, condition, { days: keptDays, within: "1", chosen });
  }
  const spans = spansOf(window);
  if (spans.length === 0) return `SELECT ${names} FROM flow_days WHERE 0`;
  return spans.map((span) => rowsWithin(span, names, condition, chosen)).join(" UNION ALL ");
}

type Counted = "packets" | "attempts" | "bytes";

/**
 * What was counted in each interval, of what is wanted; `bucket` numbers them from the epoch, and
 * may come twice.
 */
export function sumsPerInterval(
  window: TimeWindow,
  minutes: number,
  chosen: Chosen,
  counted: readonly Counted[],
): string {
  const spans = spansOf(window, (unit) => minutes % minutesPerUnit[unit] === 0);
  const sums = counted.map((name) => `sum(${name}) AS ${name}`).join(", ");
  if (spans.length === 0) return `SELECT 0 AS bucket, ${sums} FROM flow_days WHERE 0`;
  return spans
    .map((span) => {
      const bucket = `${span.unit} / ${minutes / minutesPerUnit[span.unit]} AS bucket`;
      // Rows of one span lie together: nothing is sorted.
      return `${rowsWithin(span, `${bucket}, ${sums}`, hasPackets, chosen)} GROUP BY ${span.unit}`;
    })
    .join(" UNION ALL ");
}

/** How many rows of a flow there may be at most in a window. */
export function spanCount(window: TimeWindow): number {
  return spansOf(window).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Each day of which anything is kept, without reading all of its rows. */
export const keptDays = `WITH RECURSIVE kept(value) AS (
    SELECT min(day) FROM flow_days UNION ALL
    SELECT (SELECT min(day) FROM flow_days WHERE day > value) FROM kept WHERE value IS NOT NULL
  ) SELECT value FROM kept WHERE value IS NOT NULL`;

/**
 * Which flows are counted: all, or those of the table `chosen`, by reading all rows or, where they
 * are few, by looking up each.
 */
export type Chosen = "all" | "many" | "few";

function rowsWithin(
  { unit, from, to }: Span,
  names: string,
  condition: string,
  chosen: Chosen,
): string {
  const within = `${unit} >= ${from} AND ${unit} < ${to}`;
  const days = `WITH RECURSIVE span(value) AS (
      SELECT ${from} UNION ALL SELECT value + 1 FROM span WHERE value < ${to - 1}
    ) SELECT value FROM span`;
  return rowsOfSpan(unit, names, condition, { days, within, chosen });
}

function rowsOfSpan(
  unit: Unit,
  names: string,
  condition: string,
  { days, within, chosen }: { days: string; within: string; chosen: Chosen },
): string {
  if (chosen === "few") {
    return `SELECT ${names} FROM (${days}) span CROSS JOIN chosen
      CROSS JOIN flow_${unit}s ON ${unit} = span.value AND flow = chosen.id WHERE ${condition}`;
  }
  const among = chosen === "all" ? "" : "AND flow IN chosen";
  return `SELECT ${names} FROM flow_${unit}s WHERE ${within} AND ${condition} ${among}`;
}

/** The counts of each flow that has packets in a window. */
export function countsPerFlow(window: TimeWindow | undefined, chosen?: Chosen): string {
  return `
    SELECT flow, sum(packets) AS packets, sum(attempts) AS attempts, sum(bytes) AS bytes,
      ${flagBits.map((bit) => `max(tcp_flags & ${bit})`).join(" | ")} AS tcp_flags,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM (${countsOf(window, chosen)}) GROUP BY flow`;
}

/** The same without TCP flags, which take half of the time. */
export function sumsPerFlow(window: TimeWindow | undefined, chosen: Chosen): string {
  const names = "flow, packets, attempts, bytes, first_seen, last_seen";
  return `
    SELECT flow, sum(packets) AS packets, sum(attempts) AS attempts, sum(bytes) AS bytes,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM (${rowsOf(window, names, hasPackets, chosen)}) GROUP BY flow`;
}

/** Flows with their counts in a window (c), and the names that they refer to (f, p, n). */
export function fromFlows(counts: string): string {
  return `
    FROM (${counts}) c
    JOIN flows f ON f.id = c.flow
    JOIN prefixes p ON p.id = f.prefix
    JOIN nodes n ON n.id = f.node`;
}

/** The longest spans that cover a window, of those units that may be used. */
export function spansOf(
  { fromMinute, toMinute }: TimeWindow,
  mayUse: (unit: Unit) => boolean = () => true,
): readonly Span[] {
  const wholeOf = (unit: Unit) =>
    mayUse(unit) ? whole(fromMinute, toMinute, minutesPerUnit[unit]) : undefined;
  const hours = wholeOf("hour");
  const days = wholeOf("day");
  const hoursPerDay = MINUTES_PER_DAY / MINUTES_PER_HOUR;
  const minutes = (from: number, to: number): Span => ({ unit: "minute", from, to });
  const spans: Span[] =
    hours === undefined
      ? [minutes(fromMinute, toMinute)]
      : [
          minutes(fromMinute, hours.from * MINUTES_PER_HOUR),
          ...(days === undefined
            ? [{ unit: "hour", ...hours } as const]
            : [
                { unit: "hour", from: hours.from, to: days.from * hoursPerDay } as const,
                { unit: "day", ...days } as const,
                { unit: "hour", from: days.to * hoursPerDay, to: hours.to } as const,
              ]),
          minutes(hours.to * MINUTES_PER_HOUR, toMinute),
        ];
  return spans.filter(({ from, to }) => from < to);
}

/** The whole units of `length` minutes within a window; undefined when there is none. */
function whole(
  fromMinute: number,
  toMinute: number,
  length: number,
): { from: number; to: number } | undefined {
  const from = Math.ceil(fromMinute / length);
  const to = Math.floor(toMinute / length);
  return from < to ? { from, to } : undefined;
}
