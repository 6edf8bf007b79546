import type { Checkpoint } from "../model/counted-batch.ts";
import { MICROS_PER_MS } from "../model/time-unit.ts";
import type { Content } from "./content.ts";
import { ANCHOR_BYTES_MAX, HEAD_BYTES_MAX } from "./fingerprint.ts";
import { FilesMoved } from "./files-moved.ts";
import { ListedFile } from "./listed-file.ts";
import type { LogFile } from "./log-family.ts";
import { readRange, type Recognition, recognise } from "./recognise.ts";

/** Where the counting of a content goes on, with its first bytes and those before. */
export type Place = Pick<
  Extract<Recognition, { state: "known" }>,
  "checkpoint" | "head" | "anchor"
>;

/** A file of a log that is to be read, from a known place or as a new content. */
export type UnreadFile =
  | {
      readonly file: LogFile;
      readonly listed: ListedFile;
      readonly state: "known";
      readonly place: Place;
    }
  | {
      readonly file: LogFile;
      readonly listed: ListedFile;
      readonly state: "new";
      /** Its first bytes. */
      readonly head: Buffer;
    }
  | { readonly file: LogFile; readonly state: "unreadable"; readonly reason: string };

/** What is known of a log when its files are examined. */
export type UnreadQuestion = {
  /** How far the contents of this log were counted, newest first. */
  readonly known: readonly Checkpoint[];
  /** The source of a file that is held open and read anyway, or was read to its end before. */
  readonly readAs: (file: LogFile) => number | undefined;
  /** The source of a file that is held open, and was packed to this archive. */
  readonly packedOf: (archive: LogFile, head: Uint8Array | undefined) => number | undefined;
  /** Bytes of a content that is held open, be it under another name. */
  readonly heldBytes: (source: number) => number | undefined;
  /** Rotated files that are read to their end and older need not be watched; microseconds. */
  readonly quietBefore: number;
  /** Whether a content begins with the first denials that were counted of another. */
  readonly beginsLike: (open: () => Content, checkpoint: Checkpoint) => Promise<boolean>;
  /** On a first start, rotated files that changed since are read too; microseconds. */
  readonly reachesBackTo: number;
};

/** What became of a file of the log. */
export type Examined =
  | UnreadFile
  | { readonly file: LogFile; readonly state: "open"; readonly source: number }
  /** A part of what was counted, such as a copy that is being made. */
  | { readonly file: LogFile; readonly state: "part" };

const unsupported = /\.(bz2|xz|lz4)$/;

/**
 * Whether a file of a log was counted before, and how far. It is held open by `holding`. `newer`
 * are the files that were examined before it.
 *
 * @throws FilesMoved when its name leads to another file now.
 */
export async function examine(
  file: LogFile,
  question: UnreadQuestion,
  newer: readonly Examined[],
  holding: DisposableStack,
): Promise<Examined> {
  const { readAs } = question;
  const source = readAs(file);
  if (source !== undefined) return { file, state: "open", source };
  if (unsupported.test(file.path)) {
    const packed = question.packedOf(file, undefined);
    if (packed !== undefined) return { file, state: "open", source: packed };
    return { file, state: "unreadable", reason: "only gzip and zstd archives can be decoded" };
  }
  try {
    return await recognised(holding.use(new ListedFile(file)), question, newer);
  } catch (error) {
    if (error instanceof FilesMoved) throw error;
    return { file, state: "unreadable", reason: (error as Error).message };
  }
}

async function recognised(
  listed: ListedFile,
  question: UnreadQuestion,
  newer: readonly Examined[],
): Promise<Examined> {
  const { known, heldBytes, beginsLike } = question;
  const { file, open } = listed;
  if (isArchive(file)) {
    const packed = question.packedOf(file, await readRange(open, 0, HEAD_BYTES_MAX));
    if (packed !== undefined) return { file, state: "open", source: packed };
  }
  const recognition = await recognise(open, known);
  switch (recognition.state) {
    case "known": {
      const { source } = recognition.checkpoint;
      const held = heldBytes(source);
      // A copy or an archive of what is read from its descriptor, unless it was written to since.
      const isSame = held !== undefined && (await readRange(open, held, 1)).length === 0;
      if (isSame) return { file, state: "open", source };
      return { file, listed, state: "known", place: recognition };
    }
    case "shorter": {
      const isPart = file.isRotated && (await beginsLike(open, recognition.checkpoint));
      if (isPart) return { file, state: "part" };
      return { file, listed, state: "new", head: recognition.head };
    }
    case "new": {
      const { head } = recognition;
      const isEmptyArchive = isArchive(file) && head.length === 0;
      const checkpoint = known
        .filter(isUnread)
        .find(
          (each) =>
            isSameEmpty(each, file) || (isEmptyArchive && findAs(each, newer) === undefined),
        );
      if (checkpoint === undefined) return { file, listed, state: "new", head };
      const place = { checkpoint, head, anchor: Buffer.alloc(0) };
      return { file, listed, state: "known", place };
    }
  }
}

/** Nothing was there to recognise it by. */
export function isUnread({ headBytes, offset }: Checkpoint): boolean {
  return headBytes === 0 && offset === 0;
}

function isSameEmpty(checkpoint: Checkpoint, file: LogFile): boolean {
  // The inode of a deleted file is given to the next one.
  const wasThere = Math.floor(file.bornAt) * MICROS_PER_MS <= checkpoint.begunAt;
  return wasThere && isFileOf(checkpoint, file);
}

export function sourceOf(examined: Examined): number | undefined {
  switch (examined.state) {
    case "open":
      return examined.source;
    case "known":
      return examined.place.checkpoint.source;
    case "part":
    case "new":
    case "unreadable":
      return undefined;
  }
}

/** The file that has a content. */
export function findAs({ source }: Checkpoint, all: readonly Examined[]): Examined | undefined {
  return all.find((each) => sourceOf(each) === source);
}

/** Whether nothing older can be unread: it was read before this one was begun. */
export function isSettled(examined: Examined): boolean {
  if (examined.state !== "known") return examined.state === "open" && isArchive(examined.file);
  const { offset } = examined.place.checkpoint;
  // A short beginning may be that of another content, too.
  if (offset < HEAD_BYTES_MAX + ANCHOR_BYTES_MAX) return false;
  return isArchive(examined.file) || offset === examined.file.size;
}

export function isFileOf({ device, inode }: Checkpoint, file: LogFile): boolean {
  return device === file.device && inode === file.inode;
}

/** By its name, for a rotation names it so. */
export function isArchive({ path }: LogFile): boolean {
  return /\.(gz|zst)$/.test(path);
}
