import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
} from "node:fs";
import { ArchiveContent } from "./archive-content.ts";
import { archiveFormatOf, MAGIC_BYTES } from "./archive-format.ts";
import type { Content } from "./content.ts";
import { PlainContent } from "./plain-content.ts";

/**
 * Opens a log or an archive of one; its first bytes tell which, not its name.
 *
 * @throws Error with one line for people when there is nothing that can be read.
 */
export function openContent(path: string): Content {
  const { fd, stats } = openRegularFile(path);
  const format = archiveFormatOf(firstBytes(fd));
  return format === undefined
    ? new PlainContent(path, fd, stats)
    : new ArchiveContent(path, fd, stats, format);
}

/**
 * Opens a regular file without ever waiting for it, as a FIFO would make one wait. With "no-links"
 * a symbolic link is refused, which somebody may turn to another file at any time.
 *
 * @throws Error with one line for people.
 */
export function openRegularFile(path: string, links?: "no-links"): { fd: number; stats: Stats } {
  const noFollow = links === "no-links" ? constants.O_NOFOLLOW : 0;
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | noFollow);
  } catch (error) {
    throw new Error(`Cannot read log "${path}": ${reasonOf(path, error, noFollow !== 0)}`, {
      cause: error,
    });
  }
  const stats = fstatSync(fd);
  if (stats.isFile()) return { fd, stats };
  closeSync(fd);
  const kind = stats.isDirectory()
    ? "a directory; name the files in it"
    : "not a regular file; give its content to standard input instead";
  throw new Error(`Cannot read log "${path}": it is ${kind}`);
}

function firstBytes(fd: number): Buffer {
  const bytes = Buffer.alloc(MAGIC_BYTES);
  return bytes.subarray(0, readSync(fd, bytes, 0, MAGIC_BYTES, 0));
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist; check its name",
  EACCES: "permission denied; run as root or as a member of its group",
  ENOTDIR: "a part of its path is not a folder",
  ELOOP: "its symbolic links lead in a circle",
};

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function reasonOf(path: string, error: unknown, refusesLinks: boolean): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ELOOP" && refusesLinks && isLink(path)) {
    return "it is a symbolic link; name the file that it leads to";
  }
  return reasons[code ?? ""] ?? message;
}
