import { resolve } from "node:path";
import type { Content, ContentDamaged } from "../follow/content.ts";
import { openContent } from "../follow/open-content.ts";
import { recognise } from "../follow/recognise.ts";
import { StreamContent } from "../follow/stream-content.ts";
import type { Checkpoint } from "../model/counted-batch.ts";
import type { Pipeline, SourcePlace } from "../pipeline.ts";
import type { CountedSource } from "./batch-counter.ts";
import type { StoreWriter } from "../store/store-writer.ts";

/** What an import has to tell a person. */
export interface ImportEvents {
  fileStarted(content: Content): Promise<void>;
  fileAdvanced(content: Content): void;
  fileFinished(content: Content, result: ImportResult): void;
  /** Not a line of it could be read; the error says why. */
  fileRefused(error: Error): void;
  /** Its lines were counted from another file. */
  copyRefused(copy: Copy): void;
  /** It could be read so far only. */
  fileDamaged(damage: ContentDamaged, countedBytes: number): void;
}

export type Copy = {
  readonly path: string;
  /** The file that was counted. */
  readonly of: string;
  /** Whether it begins like the other and ends earlier, or has the same first denials. */
  readonly because: "shorter" | "first-denials";
};

export type ImportResult = {
  readonly lines: number;
  readonly denials: number;
  readonly rejected: number;
  /** Offset at which the counting began: more than 0 for a file that was known. */
  readonly resumedAt: number;
  /** Bytes of a last line that has no line end yet. */
  readonly unfinished: number;
};

export type ImportOptions = {
  readonly stdin: NodeJS.ReadableStream;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly countsAgain: boolean;
};

class CopyFound extends Error {
  readonly copy: Copy;

  constructor(copy: Copy) {
    super(`"${copy.path}" is a copy of "${copy.of}"`);
    this.copy = copy;
  }
}

/** The signal came; what was counted so far can be committed. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** Counts what is new in logs and archives, one after the other. */
export class Importer {
  /** Files that could not be read, or not wholly. */
  failures = 0;
  readonly #pipeline: Pipeline;
  readonly #events: ImportEvents;
  readonly #options: ImportOptions;
  readonly #known: Checkpoint[];

  constructor(
    pipeline: Pipeline,
    writer: StoreWriter,
    events: ImportEvents,
    options: ImportOptions,
  ) {
    this.#pipeline = pipeline;
    this.#events = events;
    this.#options = options;
    this.#known = [...writer.sources];
  }

  /** Counts what is new in one file. What is wrong with a file does not stop the others. */
  async import(path: string): Promise<void> {
    let opened: { content: Content; place: SourcePlace };
    try {
      opened = await this.#open(path);
    } catch (error) {
      if (this.#options.signal.aborted) throw new Interrupted();
      this.failures++;
      if (error instanceof CopyFound) this.#events.copyRefused(error.copy);
      else this.#events.fileRefused(error as Error);
      return;
    }
    await using content = opened.content;
    const source = this.#pipeline.startSource(opened.place);
    const { offset } = source.checkpoint;
    const before = { ...this.#pipeline.progress };
    await this.#events.fileStarted(content);
    const damage = await this.#drain(path, content, source);
    this.#remember(source);
    const { offset: end } = source.checkpoint;
    const { lines, denials, rejected } = this.#pipeline.progress;
    const result: ImportResult = {
      lines: lines - before.lines,
      denials: denials - before.denials,
      rejected: rejected - before.rejected,
      resumedAt: offset,
      unfinished: content.kind === "file" ? content.diskBytes - end : 0,
    };
    if (damage === undefined || result.lines > 0) this.#events.fileFinished(content, result);
    if (damage === undefined) return;
    this.failures++;
    this.#events.fileDamaged(damage, end);
  }

  async #drain(
    path: string,
    content: Content,
    source: CountedSource,
  ): Promise<ContentDamaged | undefined> {
    const { signal } = this.#options;
    try {
      return await this.#pipeline.drain(content, source, {
        open: () => openContent(path),
        onBatch: () => {
          this.#events.fileAdvanced(content);
          signal.throwIfAborted();
        },
      });
    } catch (error) {
      throw signal.aborted ? new Interrupted() : error;
    }
  }

  async #open(path: string): Promise<{ content: Content; place: SourcePlace }> {
    if (path === "-") {
      const { stdin, now, signal } = this.#options;
      const content = await StreamContent.stdin(stdin, now(), signal);
      return { content, place: this.#newPlace(content) };
    }
    const open = () => openContent(path);
    const recognition = this.#options.countsAgain
      ? ({ state: "new" } as const)
      : await recognise(open, this.#known);
    if (recognition.state === "shorter") {
      throw new CopyFound({ path, of: recognition.checkpoint.path, because: "shorter" });
    }
    if (recognition.state === "known") {
      const content = open();
      const { checkpoint, head, anchor } = recognition;
      const { kind, device, inode, modifiedAt: notAfter } = content;
      const place = { ...checkpoint, kind, path: resolve(path), device, inode };
      return { content, place: { checkpoint: place, head, anchor, notAfter } };
    }
    if (!this.#options.countsAgain) await this.#refuseCopies(path, open);
    const content = open();
    const place = this.#newPlace(content);
    const unread = this.#known.find(
      (known) =>
        known.offset === 0 &&
        (known.path === resolve(path) ||
          (known.device === content.device && known.inode === content.inode)),
    );
    // An archive that could not be read at all has no content to be known by.
    return unread === undefined
      ? { content, place }
      : {
          content,
          place: { ...place, checkpoint: { ...place.checkpoint, source: unread.source } },
        };
  }

  /** Debian writes the same lines to syslog and to kern.log: they must not count twice. */
  async #refuseCopies(path: string, open: () => Content): Promise<void> {
    await using content = open();
    const first = await this.#pipeline.firstDenialsOf(content);
    const other = this.#known.find(({ firstDenials }) =>
      firstDenials.some((hash) => first.includes(hash)),
    );
    if (other === undefined) return;
    throw new CopyFound({ path, of: other.path, because: "first-denials" });
  }

  #newPlace(content: Content): SourcePlace {
    const none = Buffer.alloc(0);
    const { kind, device, inode } = content;
    // An agent looks for what was counted of a log by its whole path.
    const path = kind === "stdin" ? content.path : resolve(content.path);
    const fresh = this.#pipeline.newCheckpoint({ path, kind, device, inode }, 0);
    // Of a file that is imported no more is expected than what is there.
    const checkpoint = { ...fresh, begunAt: this.#options.now(), isClosed: true };
    return { checkpoint, head: none, anchor: none, notAfter: content.modifiedAt };
  }

  /** A later file of the same command may be this one under another name. */
  #remember({ checkpoint }: CountedSource): void {
    if (checkpoint.kind === "stdin") return;
    const same = this.#known.findIndex(({ source }) => source === checkpoint.source);
    if (same >= 0) this.#known[same] = checkpoint;
    else this.#known.unshift(checkpoint);
  }
}
