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
  /** Inodes; 0 for a write-ahead log that is still to be made. */
  readonly #files: Map<string, number>;

  constructor(path: string) {
    this.#files = new Map([path, `${path}-wal`].map((file) => [file, inodeOf(file)]));
  }

  /** @throws FilesMoved */
  assertThere(): void {
    for (const [path, known] of this.#files) {
      const inode = inodeOf(path);
      if (known === 0) this.#files.set(path, inode);
      else if (inode !== known) throw new FilesMoved(`"${path}" was removed or replaced`);
    }
  }
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
