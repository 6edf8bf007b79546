import type { Checkpoint } from "../model/counted-batch.ts";
import type { Content } from "./content.ts";
import { findAnchor } from "./find-anchor.ts";
import { HEAD_BYTES_MAX } from "./fingerprint.ts";
import type { FollowedFile } from "./followed-file.ts";
import type { Ledger } from "./ledger.ts";
import type { CountedContent, LineCounting } from "./line-counting.ts";
import type { Place } from "./examined-file.ts";

/**
 * Where the counting of a file goes on; undefined for one that is new. When the content that was
 * counted last is gone, this one may be what somebody made of it: then only what follows its last
 * counted line is read, for a line must not count twice.
 */
export async function placeIn(
  file: FollowedFile,
  open: () => Content,
  known: Place | undefined,
  lost: Checkpoint | undefined,
  counting: Pick<LineCounting<CountedContent>, "laterLines">,
  ledger: Ledger,
): Promise<Place | undefined> {
  if (known !== undefined || lost === undefined) return known;
  const goesOnAt = (await findAnchor(open, lost)) ?? (await counting.laterLines(open, lost));
  if (goesOnAt !== undefined) {
    await ledger.rewritten(lost, goesOnAt);
    return placeAt(file, lost, goesOnAt);
  }
  const isSameFile = lost.inode === file.inode && lost.device === file.device;
  if (isSameFile) await ledger.truncated(lost, "its content is in no file of the log");
  else await ledger.gone(lost);
  return undefined;
}

function placeAt(file: FollowedFile, checkpoint: Checkpoint, offset: number): Place {
  return {
    checkpoint: { ...checkpoint, offset },
    head: file.bytesAt(0, HEAD_BYTES_MAX),
    anchor: file.bytesBefore(offset),
  };
}
