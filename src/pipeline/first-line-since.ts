import { EventClock } from "../../parsers/event-time.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { heapBuffers } from "../follow/batch-buffers.ts";
import { type Content, ContentDamaged } from "../follow/content.ts";
import { lineBatches } from "../follow/line-batches.ts";

const BATCH_BYTES = 1024 * 1024;

export type SinceSettings = {
  /** Microseconds since the epoch. */
  readonly since: number;
  readonly timezone: string;
  /** The latest time that a line can have, in microseconds since the epoch. */
  readonly notAfter: number;
};

/**
 * Offset of the first LOG line of a content that is not older than a time; the content's end when
 * all are. Lines before it that are no LOG lines have no time that anybody asks for.
 */
export async function firstLineSince(
  content: Content,
  { since, timezone, notAfter }: SinceSettings,
): Promise<number> {
  const clock = new EventClock({ timezone, notAfter, live: false });
  const record = new LineRecord();
  const settings = { offset: 0, buffers: heapBuffers(BATCH_BYTES), endIsLine: false };
  let reached = 0;
  try {
    for await (const { bytes, end, endOffset } of lineBatches(content, settings)) {
      for (let start = 0; start < end; start = record.next) {
        if (netfilterParser.parseNext(bytes, start, end, record) !== "log") continue;
        if (clock.timeOf(record) >= since) return endOffset - end + start;
      }
      reached = endOffset;
    }
  } catch (error) {
    if (!(error instanceof ContentDamaged)) throw error;
  }
  return reached;
}
