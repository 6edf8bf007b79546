import { lstatSync, readdirSync, type Stats } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { FilesMoved } from "./files-moved.ts";

/** A log, or what a rotation made of it. */
export type LogFile = {
  readonly path: string;
  readonly isRotated: boolean;
  readonly device: number;
  readonly inode: number;
  /** Bytes on disk. */
  readonly size: number;
  /** Microseconds since the epoch. */
  readonly modifiedAt: number;
  /** Milliseconds since the epoch; 0 where the file system does not say. */
  readonly bornAt: number;
};

/** The clock of file times goes in steps of at most so much. */
export const fileTimeTickMs = 10;

const compressions = [".gz", ".zst", ".bz2", ".xz", ".lz4"];
/** `syslog.1`; a number of more digits is a date. */
const NUMBER_DIGITS_MAX = 4;

/** What a name says of its age: `syslog.2`, `syslog-20261122`, `syslog-20261122-101500`. */
type Rotation = { readonly isNumber: boolean; readonly digits: string };

/**
 * The files of a log that lie beside it, newest first: the log itself, then what logrotate made of
 * it, with numbers or dates. Of a file and its archive, which is not finished then, only the file.
 *
 * @throws FilesMoved when names change meanwhile: a file that goes from one name to another can be
 * missed under both.
 */
export function logFamily(path: string): LogFile[] {
  const before = familyNow(path);
  const family = familyNow(path);
  const isSame =
    family.length === before.length &&
    family.every((file, index) => isSameFile(file, before[index]!));
  if (isSame) return family;
  throw new FilesMoved(`The files of "${path}" have other names than a moment ago`);
}

function familyNow(path: string): LogFile[] {
  const folder = dirname(path);
  const rotated = namesIn(folder)
    .filter((name) => rotationOf(basename(path), name) !== undefined)
    .filter((name, _, all) => !isUnfinishedArchive(name, all))
    .map((name) => [name, rotatedFileAt(join(folder, name))] as const)
    .filter((entry): entry is readonly [string, LogFile] => entry[1] !== undefined)
    .toSorted(([a, fileA], [b, fileB]) => byAge(basename(path), a, b, fileA, fileB))
    .map(([, file]) => file);
  const current = logFileOf(path, statsOf(path), false);
  return current === undefined ? rotated : [current, ...rotated];
}

function isSameFile(a: LogFile, b: LogFile): boolean {
  return a.path === b.path && a.inode === b.inode && a.device === b.device;
}

/** Whether a file is this log, or was once. */
export function isOfLog(path: string, other: string): boolean {
  if (path === other) return true;
  return (
    dirname(path) === dirname(other) && rotationOf(basename(path), basename(other)) !== undefined
  );
}

/** Whether a name looks like what a rotation makes of some log. */
export function isRotatedName(name: string): boolean {
  if (compressions.includes(extname(name))) return true;
  return /[.\-_]\d[\d\-_:.T]*(\.\w+)?$/.test(name);
}

function rotationOf(log: string, name: string): Rotation | undefined {
  const extension = extname(log);
  const stem = extension === "" ? log : log.slice(0, -extension.length);
  const plain = withoutCompression(name);
  // logrotate's `extension .log` makes app-20261122.log of app.log; the default, app.log-20261122.
  const middle =
    between(plain, log, "") ?? (extension === "" ? undefined : between(plain, stem, extension));
  if (middle === undefined || !/^[.\-_]\d[\d\-_:.T]*$/.test(middle)) return undefined;
  const digits = middle.replace(/\D/g, "");
  return { isNumber: middle.startsWith(".") && digits.length <= NUMBER_DIGITS_MAX, digits };
}

function between(text: string, start: string, end: string): string | undefined {
  if (text.length <= start.length + end.length) return undefined;
  if (!text.startsWith(start) || !text.endsWith(end)) return undefined;
  return text.slice(start.length, text.length - end.length);
}

function withoutCompression(name: string): string {
  const extension = extname(name);
  return compressions.includes(extension) ? name.slice(0, -extension.length) : name;
}

/** The compressor removes the file when its archive is whole. */
function isUnfinishedArchive(name: string, all: readonly string[]): boolean {
  const plain = withoutCompression(name);
  return plain !== name && all.includes(plain);
}

/** Newest first: small numbers, late dates; what cannot be compared so, by its last change. */
function byAge(log: string, a: string, b: string, fileA: LogFile, fileB: LogFile): number {
  const [left, right] = [rotationOf(log, a)!, rotationOf(log, b)!];
  if (left.isNumber !== right.isNumber) return fileB.modifiedAt - fileA.modifiedAt;
  if (left.isNumber) return Number(left.digits) - Number(right.digits);
  // As text: the digits of a date with its second and more do not fit a number.
  return left.digits < right.digits ? 1 : -1;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // What is wrong with the folder, whoever opens the log will say.
    return [];
  }
}

function rotatedFileAt(path: string): LogFile | undefined {
  const stats = statsOf(path);
  if (stats === "gone") throw new FilesMoved(`"${path}" is gone`);
  return logFileOf(path, stats, true);
}

/** Regular files only: what a link leads to was named by nobody. */
function logFileOf(path: string, stats: FileState, isRotated: boolean): LogFile | undefined {
  if (typeof stats === "string" || !stats.isFile()) return undefined;
  const { dev, ino, size, mtimeMs, birthtimeMs: bornAt } = stats;
  const modifiedAt = Math.floor(mtimeMs * 1000);
  return { path, isRotated, device: dev, inode: ino, size, modifiedAt, bornAt };
}

type FileState = Stats | "gone" | "out of reach";

function statsOf(path: string): FileState {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? "gone";
  } catch {
    return "out of reach";
  }
}
