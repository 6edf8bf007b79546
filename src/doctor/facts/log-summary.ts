import { EventClock } from "../../../parsers/event-time.ts";
import { PROGRAM_KERNEL } from "../../../parsers/header/program.ts";
import { ABSENT, LineRecord, STAMP_ABSOLUTE, STAMP_NONE } from "../../../parsers/line-record.ts";
import { netfilterParser } from "../../../parsers/netfilter-parser.ts";
import { prefixText } from "../../../parsers/prefix.ts";
import type { LossReporter } from "../../model/line-kind.ts";

/** The end of a log as it was read. */
export type LastBytes = {
  /** Undefined for a source that is no file. */
  readonly path: string | undefined;
  readonly bytes: Buffer;
  /** Where the last whole line ends in the log. */
  readonly end: number;
  /** Nothing stands before them. */
  readonly isWhole: boolean;
  /** When the log was written last, in microseconds since the epoch. */
  readonly modifiedAt: number;
  /** When the file was made; 0 where the file system does not say. */
  readonly bornAt: number;
};

export type DroppedLines = {
  /** Messages that say so. */
  readonly messages: number;
  /** Lines that they name. */
  readonly lines: number;
  readonly lastTime: number;
};

/** What the last lines of a log say. Times are microseconds since the epoch. */
export type LogSummary = LastBytes & {
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
  /** The last stamp names its zone. */
  readonly namesZone: boolean;
  /** Of LOG lines. */
  readonly prefixes: ReadonlySet<string>;
  /** Lines of the kernel's that say how long it runs. */
  readonly hasUptimes: boolean;
  readonly dropped: ReadonlyMap<LossReporter, DroppedLines>;
};

/** Reads the lines as the agent does: by the grammar, with the same clock. */
export function summarise(last: LastBytes, timezone: string): LogSummary {
  const { bytes, modifiedAt } = last;
  const clock = new EventClock({ timezone, notAfter: modifiedAt, live: false });
  const record = new LineRecord();
  const prefixes = new Set<string>();
  const dropped = new Map<LossReporter, DroppedLines>();
  let firstTime: number | undefined;
  let lastTime: number | undefined;
  let namesZone = false;
  let hasUptimes = false;
  for (let start = 0; start < bytes.length; start = record.next) {
    const result = netfilterParser.parseNext(bytes, start, bytes.length, record);
    const time = clock.timeOf(record);
    if (record.stamp !== STAMP_NONE) {
      firstTime ??= time;
      lastTime = time;
      namesZone = record.stamp === STAMP_ABSOLUTE;
    }
    if (record.program === PROGRAM_KERNEL && record.uptimeSeconds !== ABSENT) hasUptimes = true;
    if (result === "log") prefixes.add(prefixText(record));
    const { lostBy } = record;
    if (result !== "loss-message" || lostBy === undefined) continue;
    const before = dropped.get(lostBy) ?? { messages: 0, lines: 0 };
    const all = { messages: before.messages + 1, lines: before.lines + Math.max(0, record.lost) };
    dropped.set(lostBy, { ...all, lastTime: time });
  }
  const times = { firstTime, lastTime, namesZone };
  return { ...last, ...times, prefixes, hasUptimes, dropped };
}
