import type { Checkpoint } from "../model/counted-batch.ts";
import {
  type Examined,
  examine,
  findAs,
  isArchive,
  isFileOf,
  isSettled,
  isUnread,
  sourceOf,
  type UnreadFile,
  type UnreadQuestion,
} from "./examined-file.ts";
import { fileTimeTickMs, type LogFile, logFamily } from "./log-family.ts";

export type Unread = {
  /** Oldest first. */
  readonly files: readonly UnreadFile[];
  /** What more was expected of, and is in none of the log's files; newest first. */
  readonly lost: readonly Checkpoint[];
  /** What was counted last is in a copy now, for the log was truncated behind it. */
  readonly copied: { readonly checkpoint: Checkpoint; readonly to: string } | undefined;
};

/**
 * Finds what a log still holds that was not counted: at a start, and whenever its path leads to
 * another file. Files are read oldest first, so from the newest to the oldest only as much is
 * looked at as it takes to meet a rotated file that is counted to its end, and all of which more is
 * expected: what was counted last, and what was not closed when the agent was killed. Files are
 * held open by `holding`, for a rotation may give their names to others meanwhile.
 *
 * @throws FilesMoved when one does while they are looked at.
 */
export async function findUnread(
  path: string,
  question: UnreadQuestion,
  holding: DisposableStack,
): Promise<Unread> {
  const { known, heldBytes } = question;
  const [latest] = known;
  const expected = known.filter(
    (each) => each === latest || !(each.isClosed || heldBytes(each.source) !== undefined),
  );
  const found: Examined[] = [];
  let isReached = false;
  for (const file of logFamily(path)) {
    if (
      isReached &&
      !expected.some((each) => findAs(each, found) === undefined) &&
      !hasRest(file, known)
    )
      continue;
    const result = await examine(file, question, found, holding);
    found.push(result);
    isReached ||= file.isRotated && isSettled(result);
  }
  const examined = await withoutTwins(found, question);
  const newestCounted = examined.findIndex((each) => sourceOf(each) !== undefined);
  const isGone = (each: Checkpoint) => findAs(each, examined) === undefined;
  const gone = expected.filter(isGone);
  const unread = examined.filter((each, index): each is UnreadFile => {
    if (each.state === "open" || each.state === "part") return false;
    if (each.state === "known") return !isSettled(each) || !isOver(each, question);
    if (!each.file.isRotated) return true;
    return index < newestCounted || isNewer(each.file, question);
  });
  const files = withEmptyOnes(unread, gone.filter(isUnread));
  const foundAs = latest && findAs(latest, examined);
  return {
    files: files.toReversed(),
    lost: gone.filter((each) => findAs(each, files) === undefined),
    copied: copyOf(latest, foundAs?.file, examined[0]?.file),
  };
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
      const { file, listed, place } = each;
      const isCopy = await beginsLike(listed.open, checkpoint);
      return isCopy ? { file, state: "part" } : { file, listed, state: "new", head: place.head };
    }),
  );
}

/** Whether a file, known by its inode alone, holds more than was counted of it. */
function hasRest(file: LogFile, known: readonly Checkpoint[]): boolean {
  return known.some((checkpoint) => isFileOf(checkpoint, file) && checkpoint.offset < file.size);
}

/** A rotated file that was closed, and not written to since. */
function isOver(
  { file, place }: Extract<Examined, { state: "known" }>,
  { quietBefore }: UnreadQuestion,
): boolean {
  if (isArchive(file) || !file.isRotated) return false;
  return place.checkpoint.isClosed && file.modifiedAt < quietBefore;
}

/** Where nothing is recognised: whether a file was written to after all that was counted. */
function isNewer(file: LogFile, { known, reachesBackTo }: UnreadQuestion): boolean {
  const [latest] = known;
  const since = latest === undefined ? reachesBackTo : latest.begunAt - fileTimeTickMs * 1000;
  return file.modifiedAt >= since;
}

/**
 * An empty file has nothing to be recognised by but its inode: an archive that is new is taken for
 * it. Both are given from the newest to the oldest.
 */
function withEmptyOnes(files: readonly UnreadFile[], empty: readonly Checkpoint[]): UnreadFile[] {
  const waiting = [...empty];
  return files.map((each) => {
    if (each.state !== "new" || !isArchive(each.file)) return each;
    const checkpoint = waiting.shift();
    if (checkpoint === undefined) return each;
    const { file, listed, head } = each;
    return { file, listed, state: "known", place: { checkpoint, head, anchor: Buffer.alloc(0) } };
  });
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
