import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from "node:fs";

/** Enough for a checkpoint and a commit of what the agent reads at once. */
export const BALLAST_BYTES = 1024 * 1024;
/** A disk that is full is asked so often whether it still is. */
const RETRY_MS = 10_000;

/**
 * A file beside the database that keeps some space: given up when the disk is full, so that what
 * was read can still be committed and old rows can be removed, and made again when there is space.
 */
export class Ballast {
  readonly #path: string;
  #isThere = false;
  /** Milliseconds since the epoch. */
  #triedAt = Number.NEGATIVE_INFINITY;

  constructor(database: string) {
    this.#path = ballastPath(database);
    this.#isThere = statSync(this.#path, { throwIfNoEntry: false })?.size === BALLAST_BYTES;
  }

  /** Makes the file, unless it is there, or the disk was full a moment ago. */
  keep(now: number): void {
    if (this.#isThere || now - this.#triedAt < RETRY_MS) return;
    this.#triedAt = now;
    try {
      this.#write();
      this.#isThere = true;
    } catch {
      // A part of it would only take away what a commit could use.
      this.#remove();
    }
  }

  /** Gives its space to the database; whether there was any. */
  release(now: number): boolean {
    const hadSpace = this.#isThere;
    this.#triedAt = now;
    this.#remove();
    this.#isThere = false;
    return hadSpace;
  }

  #write(): void {
    const file = openSync(this.#path, "w", 0o600);
    try {
      // Written in full: a hole in a file keeps no space.
      const block = Buffer.alloc(64 * 1024, 0xdb);
      for (let written = 0; written < BALLAST_BYTES; ) written += writeSync(file, block);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  #remove(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // A file system that is read-only now: the space is not free, and nothing else is lost.
    }
  }
}

export function ballastPath(database: string): string {
  return `${database}-ballast`;
}
