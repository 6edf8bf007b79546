import { closeSync } from "node:fs";
import type { Content } from "./content.ts";
import { FilesMoved } from "./files-moved.ts";
import type { LogFile } from "./log-family.ts";
import { openContent, openRegularFile } from "./open-content.ts";

/** A file of a log, held while it is examined: a rotation may give its name to another. */
export class ListedFile implements Disposable {
  readonly file: LogFile;
  readonly #fd: number;

  /**
   * @throws FilesMoved when the name leads to another file now, or to none.
   * @throws Error with one line for people when it cannot be read.
   */
  constructor(file: LogFile) {
    const { fd, stats } = openListed(file.path);
    this.file = file;
    this.#fd = fd;
    if (stats.dev === file.device && stats.ino === file.inode) return;
    closeSync(fd);
    throw new FilesMoved(`"${file.path}" is another file now`);
  }

  /** Its content from the start, whatever the file is called now. */
  readonly open = (): Content => openContent(`/dev/fd/${this.#fd}`);

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

function openListed(path: string): ReturnType<typeof openRegularFile> {
  try {
    return openRegularFile(path, "no-links");
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    // It was there when it was listed: it has another name by now, or an archive has its content.
    if (code === "ENOENT") throw new FilesMoved(`"${path}" is gone`, { cause: error });
    throw error;
  }
}
