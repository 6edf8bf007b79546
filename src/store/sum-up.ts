import {
  COUNT_ATTEMPTS,
  COUNT_BYTES,
  COUNT_COLUMNS,
  COUNT_FIRST_SEEN,
  COUNT_FLOW,
  COUNT_LAST_SEEN,
  COUNT_PACKETS,
  COUNT_SPAN,
  COUNT_TCP_FLAGS,
} from "../model/count-row.ts";
import type { CountRows } from "../model/counted-batch.ts";
import type { SpanCounts } from "../model/span-counts.ts";

/** Adds shorter spans that reach `since` to the longer ones that hold `length` of them. */
export function sumUp(
  into: SpanCounts,
  { count, values }: CountRows,
  length: number,
  since = Number.NEGATIVE_INFINITY,
): void {
  for (let at = 0; at < count * COUNT_COLUMNS; at += COUNT_COLUMNS) {
    if (values[at + COUNT_LAST_SEEN]! < since) continue;
    into.add(
      values[at + COUNT_FLOW]!,
      Math.floor(values[at + COUNT_SPAN]! / length),
      values[at + COUNT_FIRST_SEEN]!,
      values[at + COUNT_LAST_SEEN]!,
      values[at + COUNT_PACKETS]!,
      values[at + COUNT_ATTEMPTS]!,
      values[at + COUNT_BYTES]!,
      values[at + COUNT_TCP_FLAGS]!,
    );
  }
}
