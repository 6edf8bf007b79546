import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import type { Checkpoint } from "../model/counted-batch.ts";
import { MICROS_PER_MS } from "../model/time-unit.ts";
import type { BatchBuffers } from "./batch-buffers.ts";
import type { FollowEvents } from "./events.ts";
import {
  isArchive,
  isFileOf,
  type Place,
  type UnreadFile,
  type UnreadQuestion,
} from "./examined-file.ts";
import { FilesMoved } from "./files-moved.ts";
import { FollowedFile } from "./followed-file.ts";
import { type Held, HeldFiles } from "./held-files.ts";
import { Hint } from "./hint.ts";
import { Ledger } from "./ledger.ts";
import { type CountedContent, LinesCountedElsewhere, type LineCounting } from "./line-counting.ts";
import { fileTimeTickMs, type LogFile } from "./log-family.ts";
import { openContent } from "./open-content.ts";
import { placeIn } from "./place-in.ts";
import { findUnread, type Unread } from "./unread-files.ts";

export type FollowOptions<Source extends CountedContent> = {
  readonly signal: AbortSignal;
  readonly events: FollowEvents;
  readonly counting: LineCounting<Source>;
  readonly buffers: BatchBuffers;
  /** Between two rounds: when nothing hints at a change, and when something does. */
  readonly pollMs: number;
  readonly hintedPollMs: number;
  /** How long a renamed file must be quiet before it is closed: its writer may not know yet. */
  readonly rotateWaitMs: number;
  /** How long it goes on to read after the signal. */
  readonly lastReadMs: number;
  /** On a first start, rotated files that changed since are read too; microseconds. */
  readonly reachesBackTo: number;
};

/**
 * Follows a log until the signal: has each whole line counted that is written to it, through
 * rotations, and tells what could not be read. docs/following-files.md describes a round.
 */
export async function follow<Source extends CountedContent>(
  path: string,
  options: FollowOptions<Source>,
): Promise<void> {
  using follower = new LogFollower(path, options);
  await follower.run();
}

class LogFollower<Source extends CountedContent> implements Disposable {
  readonly #path: string;
  readonly #options: FollowOptions<Source>;
  readonly #hint: Hint;
  readonly #ledger: Ledger;
  readonly #held = new HeldFiles<Source>();
  /** Sources of archives that are counted to their end, by identity. */
  readonly #archives = new Map<string, number>();
  /** When a file was last made, renamed or deleted in the log's folder, as of the last look. */
  #folderChangedMs: number | undefined;
  /** Milliseconds. */
  #lagToldAt = 0;
  /** Until when it is read after the signal; milliseconds. */
  #endMs: number | undefined;
  /** When the log's files were listed last; microseconds. */
  #listedAt = 0;
  /** Something is not where it was: what the log holds is looked at as a whole. */
  #mustSearch = true;
  /** Contents that were missing in the last search: a rotation may have been under way. */
  #missing = "";
  #complaint: string | undefined;
  /** Identity of a file whose lines are counted from another log. */
  #refused: string | undefined;

  constructor(path: string, options: FollowOptions<Source>) {
    this.#path = path;
    this.#options = options;
    this.#hint = new Hint(path);
    this.#ledger = new Ledger(options.counting);
  }

  async run(): Promise<void> {
    const { signal, pollMs, hintedPollMs } = this.#options;
    while (true) {
      // Woken at once by the signal, for one more round: what is there now is still counted, but
      // for a long backlog, which the next start goes on with.
      const isLastRound = signal.aborted;
      await this.#round();
      if (isLastRound) {
        // What was not found at one look is lost when it is not found at the next.
        if (this.#mustSearch && !this.#isTimeOver()) await this.#round();
        await this.#endDeleted();
        return;
      }
      await this.#hint.pause(hintedPollMs, pollMs, signal);
    }
  }

  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
    this.#hint[Symbol.dispose]();
  }

  async #round(): Promise<void> {
    // First, for what is read of a file is what its copies and archives are recognised by.
    await this.#readAll();
    if (this.#isTimeOver()) return;
    if (this.#leadsElsewhere()) this.#retire();
    if (this.#mustSearch) {
      await this.#search();
      await this.#readAll();
    }
    await this.#closeQuiet();
    this.#options.events.polled(this.#path, this.#held.lagBytes);
  }

  /** Whether the log's folder has changed since this was asked last. */
  #folderHasChanged(): boolean {
    const changedMs = lstatSync(dirname(this.#path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const isSame = changedMs === this.#folderChangedMs;
    // Another change of the same tick has the same time.
    const isCertain = Date.now() - changedMs > fileTimeTickMs;
    this.#folderChangedMs = isCertain ? changedMs : undefined;
    return !isSame;
  }

  /** Whether the path leads to a file that can be read, and is not the one that is. */
  #leadsElsewhere(): boolean {
    const stats = lstatSync(this.#path, { throwIfNoEntry: false });
    const { file } = this.#held.current ?? {};
    if (stats !== undefined) {
      if (file?.device === stats.dev && file.inode === stats.ino) return false;
      if (this.#refused === `${stats.dev} ${stats.ino}`) return false;
    }
    const opened = openFollowed(this.#path);
    if (typeof opened !== "string") {
      opened[Symbol.dispose]();
      return true;
    }
    this.#complain(opened);
    return false;
  }

  /** Opens what the log holds and is not read yet, oldest first. */
  async #search(): Promise<void> {
    const { counting, reachesBackTo, rotateWaitMs } = this.#options;
    using holding = new DisposableStack();
    this.#folderHasChanged();
    this.#listedAt = Date.now() * MICROS_PER_MS;
    const known = counting.known(this.#path);
    const question = {
      known,
      reachesBackTo,
      quietBefore: (Date.now() - rotateWaitMs) * MICROS_PER_MS,
      readAs: (file) => this.#readAs(file),
      packedOf: (archive, head) => this.#held.packedTo(archive, head)?.source.checkpoint.source,
      beginsLike: (open, checkpoint) => counting.beginsLike(open, checkpoint),
      heldBytes: (source) => this.#held.of(source)?.file.size,
    } satisfies UnreadQuestion;
    const unread = await findUnread(this.#path, question, holding).catch(unlessMoved);
    // Then it is looked for in the next round.
    if (unread === undefined) return;
    const { lost } = unread;
    // A rotation that is under way moves files between two looks: what is missing is sought twice.
    const missing = lost.map(({ source }) => source).join(" ");
    if (missing !== "" && missing !== this.#missing) {
      this.#missing = missing;
      return;
    }
    this.#mustSearch = false;
    this.#missing = "";
    await this.#ledger.copied(unread.copied);
    for (const file of unread.files) {
      const goesOn = await this.#take(file, unread, known);
      if (!goesOn) return;
    }
    // Where nothing came after it, it may still come back. Whoever took a file for what was made
    // of it has told what became of it.
    const isNew = ({ state }: UnreadFile) => state === "new";
    const hasSuccessor = this.#held.current !== undefined || unread.files.some(isNew);
    for (const each of hasSuccessor ? lost : []) await this.#ledger.gone(each);
  }

  /** What is held open goes on in a copy: nobody writes to this one any more. */
  #leaveFor(place: Place | undefined): void {
    const held = place === undefined ? undefined : this.#held.of(place.checkpoint.source);
    if (held !== undefined) this.#held.close(held);
  }

  #readAs(file: LogFile): number | undefined {
    const held = this.#held.at(file);
    return held?.source.checkpoint.source ?? this.#archives.get(identityOf(file));
  }

  /** False when the files have moved on meanwhile, and must be looked for again. */
  async #take(
    unread: UnreadFile,
    { lost }: Unread,
    known: readonly Checkpoint[],
  ): Promise<boolean> {
    const { file } = unread;
    if (unread.state === "unreadable") {
      // The log itself waits until it can be read.
      if (file.isRotated) await this.#ledger.unreadable(this.#path, file, unread.reason);
      else this.#complain(unread.reason);
      return true;
    }
    if (isArchive(file)) {
      const { counting } = this.#options;
      const { open } = unread.listed;
      const place = unread.state === "known" ? unread.place : undefined;
      this.#leaveFor(place);
      const source = await counting.begin({
        log: this.#path,
        path: file.path,
        open,
        place,
        isFirst: known.length === 0,
        listedAt: this.#listedAt,
      });
      await counting.drain(source, open);
      await counting.close(source);
      this.#archives.set(identityOf(file), source.checkpoint.source);
      return true;
    }
    const opened = openFollowed(file.path);
    const isSame =
      typeof opened !== "string" && opened.inode === file.inode && opened.device === file.device;
    if (!isSame) {
      if (typeof opened !== "string") opened[Symbol.dispose]();
      this.#mustSearch = true;
      return false;
    }
    // What was written over is known by its inode, also when it was rotated since.
    const before = lost.find((each) => isFileOf(each, file));
    const last = file.isRotated ? undefined : lost.find((each) => each === known[0]);
    await this.#hold(opened, unread, before ?? last, known.length === 0);
    return true;
  }

  async #hold(
    file: FollowedFile,
    unread: Exclude<UnreadFile, { state: "unreadable" }>,
    lost: Checkpoint | undefined,
    isFirst: boolean,
  ): Promise<void> {
    const { counting, events } = this.#options;
    const open = () => openContent(file.descriptorPath);
    try {
      const known = unread.state === "known" ? unread.place : undefined;
      const place = await placeIn(file, open, known, lost, counting, this.#ledger);
      this.#leaveFor(place);
      const source = await this.#begin(file, place, isFirst);
      this.#held.add(file, source, unread.file.isRotated);
      events.fileOpened(file.path, file.offset);
    } catch (error) {
      file[Symbol.dispose]();
      if (!(error instanceof LinesCountedElsewhere)) throw error;
      this.#refused = `${file.device} ${file.inode}`;
      this.#complain(error.message);
    }
  }

  /** Begins to count an open file, which is read from there on. */
  async #begin(file: FollowedFile, place: Place | undefined, isFirst: boolean): Promise<Source> {
    const source = await this.#options.counting.begin({
      log: this.#path,
      listedAt: this.#listedAt,
      path: file.path,
      open: () => openContent(file.descriptorPath),
      place,
      isFirst,
    });
    file.seek(source.checkpoint.offset, place?.anchor);
    return source;
  }

  /** The path leads to another file now. */
  #retire(): void {
    this.#mustSearch = true;
    this.#complaint = undefined;
    if (!this.#held.retire()) return;
    this.#options.events.fileRotated(this.#path);
  }

  async #readAll(): Promise<void> {
    const isUnread = this.#held.current?.file.offset === 0;
    for (const held of this.#held.all) await this.#read(held);
    // A log of which nothing was read has no bytes that tell that it was written to, copied and
    // truncated meanwhile; but the copy changes the folder.
    if (isUnread && this.#folderHasChanged()) this.#mustSearch = true;
  }

  async #read(held: Held<Source>): Promise<void> {
    const { buffers, counting, events } = this.#options;
    const { file, source } = held;
    while (true) {
      const buffer = buffers.take();
      const batch = file.read(buffer);
      if (batch === "nothing" || batch === "changed") {
        buffers.give(buffer);
        held.isLive = true;
        if (batch === "nothing") return;
        events.fileTruncated(file.path);
        if (held === this.#held.current) this.#searchAgain(held);
        else await this.#beginAnew(held);
        return;
      }
      held.grewAt = Date.now();
      await counting.count(source, batch, held.isLive);
      this.#tellLag(held.grewAt);
      // Nobody will find a deleted file again.
      if (this.#isTimeOver() && !file.isDeleted) return;
    }
  }

  #isTimeOver(): boolean {
    const { signal, lastReadMs } = this.#options;
    if (!signal.aborted) return false;
    this.#endMs ??= Date.now() + lastReadMs;
    return Date.now() > this.#endMs;
  }

  #tellLag(now: number): void {
    if (now - this.#lagToldAt < this.#options.pollMs) return;
    this.#lagToldAt = now;
    this.#options.events.behind(this.#path, this.#held.lagBytes);
  }

  /** What became of the log's content is found in a search: it may have been copied. */
  #searchAgain(held: Held<Source>): void {
    this.#held.close(held);
    this.#mustSearch = true;
  }

  /** A rotated file was changed in place before it was rotated: what it holds now is read too. */
  async #beginAnew(held: Held<Source>): Promise<void> {
    const { counting } = this.#options;
    const { file, source } = held;
    const open = () => openContent(file.descriptorPath);
    const place = await placeIn(file, open, undefined, source.checkpoint, counting, this.#ledger);
    held.source = await this.#begin(file, place, false);
    await this.#read(held);
  }

  /** Renamed files that are quiet. */
  async #closeQuiet(): Promise<void> {
    const { rotateWaitMs } = this.#options;
    for (const held of this.#held.rotated) {
      if (Date.now() - held.grewAt < rotateWaitMs) continue;
      await this.#finish(held);
      this.#options.events.fileDrained(held.file.path);
      this.#held.close(held);
    }
  }

  /** Nobody will find a deleted file again. */
  async #endDeleted(): Promise<void> {
    for (const held of this.#held.all.filter(({ file }) => file.isDeleted)) {
      await this.#finish(held);
    }
  }

  /** What follows the last line end is a line too, and nothing more is expected. */
  async #finish({ file, source }: Held<Source>): Promise<void> {
    const { buffers, counting } = this.#options;
    const buffer = buffers.take();
    const rest = file.readUnfinished(buffer);
    if (rest === undefined) buffers.give(buffer);
    else await counting.count(source, rest, true);
    await counting.close(source);
  }

  #complain(reason: string): void {
    if (this.#complaint === reason) return;
    this.#complaint = reason;
    this.#options.events.fileUnreadable(this.#path, reason);
  }
}

function unlessMoved(error: unknown): undefined {
  if (!(error instanceof FilesMoved)) throw error;
}

function identityOf({ device, inode, size, modifiedAt }: LogFile): string {
  return `${device} ${inode} ${size} ${modifiedAt}`;
}

function openFollowed(path: string): FollowedFile | string {
  try {
    return new FollowedFile(path);
  } catch (error) {
    return (error as Error).message;
  }
}
