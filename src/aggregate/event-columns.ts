import type { RecentColumns } from "../model/counted-batch.ts";
import type { EventColumns } from "../model/spool.ts";

/**
 * The denials of a batch from a time on, in microseconds since the epoch, with their lines copied.
 * `batchOffset` is where the batch begins in its content.
 */
export function eventColumns(
  { count, bytes, start, end, time }: RecentColumns,
  batchOffset: number,
  since: number,
): EventColumns | undefined {
  let events = 0;
  let size = 0;
  for (let row = 0; row < count; row++) {
    if (time[row]! < since) continue;
    events++;
    size += end[row]! - start[row]!;
  }
  if (events === 0) return undefined;
  const lines = Buffer.allocUnsafeSlow(size);
  const ends = new Int32Array(events);
  const offsets = new Float64Array(events);
  const times = new Float64Array(events);
  let place = 0;
  let event = 0;
  for (let row = 0; row < count; row++) {
    if (time[row]! < since) continue;
    const line = bytes.subarray(start[row], end[row]);
    lines.set(line, place);
    place += line.length;
    ends[event] = place;
    offsets[event] = batchOffset + start[row]!;
    times[event] = time[row]!;
    event++;
  }
  return { count: events, bytes: lines, ends, offsets, times };
}
