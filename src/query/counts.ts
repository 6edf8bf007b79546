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
export function countsOf(window: TimeWindow | undefined): string {
  return rowsOf(window, columns, hasPackets);
}

/** Some columns of the coarsest rows that cover a window, as far as a condition holds. */
export function rowsOf(window: TimeWindow | undefined, names: string, condition: string): string {
  if (window === undefined) return `SELECT ${names} FROM flow_days WHERE ${condition}`;
  const spans = spansOf(window);
  if (spans.length === 0) return `SELECT ${names} FROM flow_days WHERE 0`;
  return spans
    .map(
      ({ unit, from, to }) =>
        `SELECT ${names} FROM flow_${unit}s
         WHERE ${unit} >= ${from} AND ${unit} < ${to} AND ${condition}`,
    )
    .join(" UNION ALL ");
}

/** The counts of each flow in each interval, as far as a condition holds; `bucket` numbers them. */
export function rowsPerInterval(window: TimeWindow, minutes: number, condition: string): string {
  const spans = spansOf(window, (unit) => minutes % minutesPerUnit[unit] === 0);
  if (spans.length === 0) return `SELECT 0 AS bucket, ${columns} FROM flow_days WHERE 0`;
  return spans
    .map(
      ({ unit, from, to }) =>
        `SELECT ${unit} / ${minutes / minutesPerUnit[unit]} AS bucket, ${columns}
         FROM flow_${unit}s
         WHERE ${unit} >= ${from} AND ${unit} < ${to} AND ${hasPackets} AND ${condition}`,
    )
    .join(" UNION ALL ");
}

/** The counts of each flow that has packets in a window. */
export function countsPerFlow(window: TimeWindow | undefined): string {
  return `
    SELECT flow, sum(packets) AS packets, sum(attempts) AS attempts, sum(bytes) AS bytes,
      ${flagBits.map((bit) => `max(tcp_flags & ${bit})`).join(" | ")} AS tcp_flags,
      min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM (${countsOf(window)}) GROUP BY flow`;
}

/** Flows with their counts in a window (c), and the names that they refer to (f, p, n). */
export function fromCountedFlows(window: TimeWindow | undefined): string {
  return fromFlows(countsPerFlow(window));
}

/** The same for counts that were selected otherwise. */
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
