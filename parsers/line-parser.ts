import type { OtherLineKind, RejectReason } from "../src/model/line-kind.ts";
import type { LineRecord } from "./line-record.ts";

/** What one line is. `log` is a netfilter LOG line; its prefix decides whether it is a denial. */
export type LineResult =
  | "log"
  | Exclude<OtherLineKind, "other-verdict" | "follow-up">
  | RejectReason;

/**
 * Reads lines into a record that is used again and again. Never throws, never reads outside the
 * line, takes linear time, allocates nothing but, once, the record's scratch. For a result other
 * than `log` the record holds what was read up to there; besides, of
 * - `loss-message`, `lost` and `lostBy`;
 * - `repeat-of-previous`, in `repeated`, how many more of the line before, of the same node;
 * - `trace` and `suspect`, all of the packet that could be read.
 *
 * A record belongs to one source of lines: `exported` carries the journal's export format from line
 * to line.
 */
export interface LineParser {
  /** Reads bytes[start, end), a line without its line end. */
  parse(bytes: Buffer, start: number, end: number, record: LineRecord): LineResult;

  /**
   * Reads the line that begins at `start` and ends before `limit`, and finds its end on the way:
   * bytes[start, record.end) was its text, record.next is where the next one begins. What the line
   * says lies in record.text, which need not be `bytes`.
   */
  parseNext(bytes: Buffer, start: number, limit: number, record: LineRecord): LineResult;
}
