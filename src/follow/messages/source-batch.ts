import type { Loss } from "../../model/counted-batch.ts";
import type { LineBatch } from "../line-batches.ts";

/** What a source of lines without a file hands over: one line for each message. */
export type SourceBatch = {
  /** Its cursor says where to go on, its offset how many bytes of lines there were so far. */
  readonly batch: LineBatch;
  /** The end had been reached before: these lines were written just now. */
  readonly isLive: boolean;
  /** What is known to be missing before these lines. */
  readonly losses: readonly Loss[];
};

/** Where the counting of a source of lines without a file begins. */
export type SourceStart =
  /** Behind the last message that was counted; `lastTime` is its time, 0 where it has none. */
  | { readonly from: "cursor"; readonly cursor: string; readonly lastTime: number }
  /** What the running kernel has written so far, as far as it is kept. */
  | { readonly from: "boot" }
  /** Messages written since, in microseconds since the epoch. */
  | { readonly from: "time"; readonly time: number }
  /** What is written from now on; `time` is now. */
  | { readonly from: "end"; readonly time: number };

/** What a source without a file has to tell; log lines and metrics are attached in one place. */
export interface SourceEvents {
  sourceOpened(name: string, start: string): void;
  /** It cannot be read, or not any longer; it is tried again. */
  sourceFailed(name: string, reason: string, retryMs: number): void;
}
