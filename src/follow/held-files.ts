import { HEAD_BYTES_MAX } from "./fingerprint.ts";
import type { FollowedFile } from "./followed-file.ts";
import type { CountedContent } from "./line-counting.ts";
import type { LogFile } from "./log-family.ts";
import { MICROS_PER_MS } from "../model/time-unit.ts";

/** A file that is held open, and the state of its counting. */
export type Held<Source> = {
  readonly file: FollowedFile;
  source: Source;
  grewAt: number;
  isLive: boolean;
};

/** The files of a log that are held open: a rename does not lose them. */
export class HeldFiles<Source extends CountedContent> implements Disposable {
  /** What the path leads to. */
  current: Held<Source> | undefined;
  /** What it led to before, oldest first. */
  rotated: readonly Held<Source>[] = [];

  /** Oldest first. */
  get all(): readonly Held<Source>[] {
    return this.current === undefined ? this.rotated : [...this.rotated, this.current];
  }

  /** Bytes that are written and not read. */
  get lagBytes(): number {
    const lags = this.all.map(({ file }) => Math.max(0, file.size - file.offset));
    return lags.reduce((sum, lag) => sum + lag, 0);
  }

  of(source: number): Held<Source> | undefined {
    return this.all.find((held) => held.source.checkpoint.source === source);
  }

  at({ device, inode }: LogFile): Held<Source> | undefined {
    return this.all.find(({ file }) => file.device === device && file.inode === inode);
  }

  /**
   * The file that was packed to an archive: the archive has its time and its beginning, which is
   * not given of one that cannot be decoded.
   */
  packedTo(archive: LogFile, head: Uint8Array | undefined): Held<Source> | undefined {
    return this.all.find(
      ({ file }) =>
        Math.abs(file.modifiedAt - archive.modifiedAt) < MICROS_PER_MS &&
        (head === undefined || file.bytesAt(0, HEAD_BYTES_MAX).equals(head)),
    );
  }

  add(file: FollowedFile, source: Source, isRotated: boolean): void {
    const held = { file, source, grewAt: Date.now(), isLive: false };
    if (isRotated) this.rotated = [...this.rotated, held];
    else this.current = held;
  }

  /** The path leads to another file now. False when there is none to retire. */
  retire(): boolean {
    if (this.current === undefined) return false;
    this.current.grewAt = Date.now();
    this.rotated = [...this.rotated, this.current];
    this.current = undefined;
    return true;
  }

  close(held: Held<Source>): void {
    held.file[Symbol.dispose]();
    this.rotated = this.rotated.filter((each) => each !== held);
    if (this.current === held) this.current = undefined;
  }

  [Symbol.dispose](): void {
    for (const { file } of this.all) file[Symbol.dispose]();
  }
}
