import type { Checkpoint } from "../model/counted-batch.ts";
import type { Content } from "./content.ts";
import { ANCHOR_BYTES_MAX, HEAD_BYTES_MAX } from "./fingerprint.ts";
import { FilesMoved, ListedFile } from "./listed-file.ts";
import { type LogFile, logFamily } from "./log-family.ts";
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
  | { readonly file: LogFile; readonly listed: ListedFile; readonly state: "new" }
  | { readonly file: LogFile; readonly state: "unreadable"; readonly reason: string };

export type Unread = {
  /** Oldest first. */
  readonly files: readonly UnreadFile[];
  /** What was counted last is in none of the log's files. */
  readonly lost: Checkpoint | undefined;
  /** What was counted last is in a copy now, for the log was truncated behind it. */
  readonly copied: { readonly checkpoint: Checkpoint; readonly to: string } | undefined;
};

export type UnreadQuestion = {
  /** How far the contents of this log were counted, newest first. */
  readonly known: readonly Checkpoint[];
  /** The source of a file that is held open and read anyway, or was read to its end before. */
  readonly readAs: (file: LogFile) => number | undefined;
  /** The source of a file that is held open, and was packed to this archive. */
  readonly packedOf: (archive: LogFile, head: Uint8Array | undefined) => number | undefined;
  /** Whether a content is held open, be it under another name. */
  readonly isHeld: (source: number) => boolean;
  /** Rotated files that are read to their end and older need not be watched; microseconds. */
  readonly quietBefore: number;
  /** Whether a content begins with the first denials that were counted of another. */
  readonly beginsLike: (open: () => Content, checkpoint: Checkpoint) => Promise<boolean>;
  /** On a first start, rotated files that changed since are read too; microseconds. */
  readonly reachesBackTo: number;
};

type Examined =
  | UnreadFile
  | { readonly file: LogFile; readonly state: "open"; readonly source: number }
  /** A part of what was counted, such as a copy that is being made. */
  | { readonly file: LogFile; readonly state: "part" };

/** The clock of file times goes in steps. */
const CLOCK_TICK_MICROS = 10_000;

const unsupported = /\.(bz2|xz|lz4)$/;

/**
 * Finds what a log still holds that was not counted: at a start, and whenever its path leads to
 * another file. Files are read oldest first, so from the newest to the oldest only as much is
 * looked at as it takes to meet a rotated file that is counted to its end. Files are held open by
 * `holding`, for a rotation may give their names to others meanwhile.
 *
 * @throws FilesMoved when one does while they are looked at.
 */
export async function findUnread(
  path: string,
  question: UnreadQuestion,
  holding: DisposableStack,
): Promise<Unread> {
  const { known } = question;
  const found: Examined[] = [];
  for (const file of logFamily(path)) {
    const result = await examine(file, question, holding);
    found.push(result);
    if (file.isRotated && isSettled(result)) break;
  }
  const examined = await withoutTwins(found, question);
  const newestCounted = examined.findIndex((each) => sourceOf(each) !== undefined);
  const files = examined.filter((each, index): each is UnreadFile => {
    if (each.state === "open" || each.state === "part") return false;
    if (each.state === "known") return !isSettled(each) || !isQuiet(each.file, question);
    if (!each.file.isRotated) return true;
    return index < newestCounted || isNewer(each.file, question);
  });
  const [latest] = known;
  const foundAs = examined.find((each) => sourceOf(each) === latest?.source);
  return {
    files: files.toReversed(),
    lost: latest === undefined || foundAs !== undefined || isIn(files, latest) ? undefined : latest,
    copied: copyOf(latest, foundAs?.file, examined[0]?.file),
  };
}

async function examine(
  file: LogFile,
  question: UnreadQuestion,
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
    return await recognised(holding.use(new ListedFile(file)), question);
  } catch (error) {
    if (error instanceof FilesMoved) throw error;
    return { file, state: "unreadable", reason: (error as Error).message };
  }
}

async function recognised(listed: ListedFile, question: UnreadQuestion): Promise<Examined> {
  const { known, isHeld, beginsLike } = question;
  const { file, open } = listed;
  if (isArchive(file)) {
    const packed = question.packedOf(file, await readRange(open, 0, HEAD_BYTES_MAX));
    if (packed !== undefined) return { file, state: "open", source: packed };
  }
  const recognition = await recognise(open, known);
  switch (recognition.state) {
    case "known": {
      const { source } = recognition.checkpoint;
      // A copy or an archive of what is read from its descriptor.
      if (isHeld(source)) return { file, state: "open", source };
      return { file, listed, state: "known", place: recognition };
    }
    case "shorter": {
      const isPart = file.isRotated && (await beginsLike(open, recognition.checkpoint));
      return isPart ? { file, state: "part" } : { file, listed, state: "new" };
    }
    case "new": {
      const { head } = recognition;
      const checkpoint = known.find((each) => isUnread(each) && isSameEmpty(each, file, head));
      if (checkpoint === undefined) return { file, listed, state: "new" };
      const place = { checkpoint, head, anchor: Buffer.alloc(0) };
      return { file, listed, state: "known", place };
    }
  }
}

/** Nothing was there to recognise it by. */
function isUnread({ headBytes, offset }: Checkpoint): boolean {
  return headBytes === 0 && offset === 0;
}

function isSameEmpty(checkpoint: Checkpoint, file: LogFile, head: Uint8Array): boolean {
  return isFileOf(checkpoint, file) || (isArchive(file) && head.length === 0);
}

function sourceOf(examined: Examined): number | undefined {
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

/** Whether nothing older can be unread: it was read before this one was begun. */
function isSettled(examined: Examined): boolean {
  if (examined.state !== "known") return examined.state === "open" && isArchive(examined.file);
  const { offset } = examined.place.checkpoint;
  // A short beginning may be that of another content, too.
  if (offset < HEAD_BYTES_MAX + ANCHOR_BYTES_MAX) return false;
  return isArchive(examined.file) || offset === examined.file.size;
}

/**
 * Of several files that one checkpoint fits, the file that it was made of is it; where that is not
 * among them, the oldest, for the others were begun later. They are its copies, or new.
 */
async function withoutTwins(
  all: readonly Examined[],
  { beginsLike }: UnreadQuestion,
): Promise<Examined[]> {
  const known = all.filter((each) => each.state === "known");
  return await Promise.all(
    all.map(async (each): Promise<Examined> => {
      if (each.state !== "known") return each;
      const { checkpoint } = each.place;
      const twins = known.filter(({ place }) => place.checkpoint.source === checkpoint.source);
      const original = twins.find(({ file }) => isFileOf(checkpoint, file)) ?? twins.at(-1);
      if (each === original) return each;
      const { file, listed } = each;
      const isCopy = await beginsLike(listed.open, checkpoint);
      return isCopy ? { file, state: "part" } : { file, listed, state: "new" };
    }),
  );
}

function isFileOf({ device, inode }: Checkpoint, file: LogFile): boolean {
  return device === file.device && inode === file.inode;
}

function isQuiet(file: LogFile, { quietBefore }: UnreadQuestion): boolean {
  return !isArchive(file) && file.isRotated && file.modifiedAt < quietBefore;
}

/** By its name, for a rotation names it so. */
export function isArchive({ path }: LogFile): boolean {
  return /\.(gz|zst)$/.test(path);
}

/** Where nothing is recognised: whether a file was written to after all that was counted. */
function isNewer(file: LogFile, { known, reachesBackTo }: UnreadQuestion): boolean {
  const [latest] = known;
  const since = latest === undefined ? reachesBackTo : latest.begunAt - CLOCK_TICK_MICROS;
  return file.modifiedAt >= since;
}

/** An empty file has nothing to be recognised by: a rotated file that is new may be it. */
function isIn(files: readonly UnreadFile[], latest: Checkpoint): boolean {
  if (!isUnread(latest)) return false;
  return files.some(({ file, state }) => file.isRotated && state === "new");
}

/** A copy is younger than the log it was made of; after a rename the log is younger. */
function copyOf(
  latest: Checkpoint | undefined,
  found: LogFile | undefined,
  current: LogFile | undefined,
): Unread["copied"] {
  if (latest === undefined || found === undefined || current === undefined) return undefined;
  const isCopy =
    found.inode !== latest.inode &&
    current.inode === latest.inode &&
    current.device === latest.device &&
    current.bornAt < found.bornAt;
  return isCopy ? { checkpoint: latest, to: found.path } : undefined;
}
