import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
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
  const { fd, stats } = openFile(path);
  const format = archiveFormatOf(firstBytes(fd));
  return format === undefined
    ? new PlainContent(path, fd, stats)
    : new ArchiveContent(path, fd, stats, format);
}

/** Opens a regular file without ever waiting for it, as a FIFO would make one wait. */
export function openFile(path: string): { fd: number; stats: Stats } {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new Error(`Cannot read log "${path}": ${reasonOf(error)}`, { cause: error });
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

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? message;
}
