import type { Checkpoint, Loss } from "../model/counted-batch.ts";
import type { Content } from "./content.ts";
import type { LineBatch } from "./line-batches.ts";
import type { Place } from "./examined-file.ts";

/** A content whose counting begins, or goes on. */
export type ContentStart = {
  readonly log: string;
  /** Its name now. */
  readonly path: string;
  readonly open: () => Content;
  /** Undefined for a content that was never counted. */
  readonly place: Place | undefined;
  /** When the log's files were listed: what is newer is not known yet. Microseconds. */
  readonly listedAt: number;
  /** Nothing of this log was ever counted. */
  readonly isFirst: boolean;
};

/** Who counts the lines that a follower finds. `Source` is the state of one content. */
export interface LineCounting<Source extends CountedContent> {
  /** How far the contents of a log were counted, newest first. */
  known(log: string): readonly Checkpoint[];
  /**
   * Resolves when the checkpoint is durable: from then on the content is recognised.
   *
   * @throws LinesCountedElsewhere
   */
  begin(start: ContentStart): Promise<Source>;
  /** `isLive`: these lines were written just now, for the file's end had been reached before. */
  count(source: Source, batch: LineBatch, isLive: boolean): Promise<void>;
  /** Counts the rest of an archive. */
  drain(source: Source, open: () => Content): Promise<void>;
  /** Nothing more is expected of a content: its file has been quiet, or is gone. */
  close(source: Source): Promise<void>;
  /** Enters a loss into the ledger of a content; it may be closed by it. */
  lose(checkpoint: Checkpoint, loss: Loss): Promise<void>;
  /** Whether a content begins with the first denials that were counted of another. */
  beginsLike(open: () => Content, checkpoint: Checkpoint): Promise<boolean>;
  /**
   * Where a content that begins with lines counted from this one goes on with later ones; undefined
   * when it begins with others.
   */
  laterLines(open: () => Content, checkpoint: Checkpoint): Promise<number | undefined>;
}

export interface CountedContent {
  readonly checkpoint: Checkpoint;
}

/** A content holds the lines of another log that is counted: they must not count twice. */
export class LinesCountedElsewhere extends Error {
  override name = "LinesCountedElsewhere";
}
