import { statSync } from "node:fs";

/** Thrown where the files of a database are no longer those that are open. */
export class FilesMoved extends Error {
  readonly code = "SQLITE_READONLY_DBMOVED";
}

/**
 * Notices when somebody removes or replaces the files of a database that is open: what is written
 * to them from then on would be nowhere.
 */
export class FilesInUse {
  readonly #files: readonly (readonly [path: string, inode: number])[];

  /** After the first read, which makes the write-ahead log. */
  constructor(path: string) {
    this.#files = [path, `${path}-wal`].map((file) => [file, inodeOf(file)]);
  }

  /** @throws FilesMoved */
  assertThere(): void {
    for (const [path, inode] of this.#files) {
      if (inodeOf(path) !== inode) throw new FilesMoved(`"${path}" was removed or replaced`);
    }
  }
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
