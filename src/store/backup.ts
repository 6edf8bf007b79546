import { once } from "node:events";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { entryBeside } from "../model/entry-beside.ts";
import { databaseBytes } from "./database-bytes.ts";

export type CopyOrder = { readonly from: string; readonly to: string };

export type BackupOptions = {
  /** Whether a file that is there may be replaced. */
  readonly replaces: boolean;
  /** Bytes written, and how many it will be at most. */
  readonly onProgress: (bytes: number, bytesMax: number) => void;
};

const PROGRESS_EVERY_MS = 200;

const thread = entryBeside(import.meta.url, "backup-thread");

/**
 * Copies a database as it is at one moment, also while an agent writes to it. The copy has its name
 * when it is complete, and on disk; nobody but its owner may read it.
 *
 * @throws Error with one line for people.
 */
export async function backUp(from: string, to: string, options: BackupOptions): Promise<void> {
  refuse(from, to, options);
  const unfinished = `${to}.unfinished-${process.pid}`;
  try {
    // SQLite writes into an empty file that is there, whose mode is ours to choose.
    closeSync(openSync(unfinished, "wx", 0o600));
    await copyTo({ from, to: unfinished }, options.onProgress);
    sync(unfinished);
    if (options.replaces) renameSync(unfinished, to);
    else linkSync(unfinished, to);
    sync(dirname(to));
  } catch (error) {
    throw explainTarget(error, to);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function refuse(from: string, to: string, { replaces }: BackupOptions): void {
  if (!existsSync(to)) return;
  if (existsSync(from) && realpathSync(from) === realpathSync(to)) {
    throw new Error(`Cannot write backup "${to}": it is the database itself; name another file`);
  }
  if (statSync(to).isDirectory()) {
    throw new Error(`Cannot write backup "${to}": it is a directory; name a file in it`);
  }
  if (!replaces) throw new Error(alreadyThere(to));
}

function alreadyThere(to: string): string {
  return `Cannot write backup "${to}": it is already there; name another file, or use --force`;
}

async function copyTo(order: CopyOrder, onProgress: BackupOptions["onProgress"]): Promise<void> {
  const { database, wal } = databaseBytes(order.from);
  const worker = new Worker(thread, { workerData: order });
  const look = () => onProgress(statSync(order.to).size, database + wal);
  const timer = setInterval(look, PROGRESS_EVERY_MS);
  try {
    const [problem] = (await once(worker, "message")) as [string | undefined];
    if (problem !== undefined) throw new Error(problem);
    look();
  } finally {
    clearInterval(timer);
    await worker.terminate();
  }
}

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EACCES: "its folder may not be written to",
  EROFS: "its file system is read-only",
  ENOSPC: "the disk is full",
};

function explainTarget(error: unknown, to: string): Error {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "EEXIST") return new Error(alreadyThere(to), { cause: error });
  const reason = reasons[code];
  if (reason === undefined) return error as Error;
  return new Error(`Cannot write backup "${to}": ${reason}; name another file`, { cause: error });
}
