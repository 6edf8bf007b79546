import { accessSync, constants, readFileSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";

const MODE_BITS = 0o7777;
const GROUP_READ = 0o040;
const GROUP_SEARCH = 0o010;

/**
 * What the modes of a path, or of a folder above it, do not let this process do, and which group
 * may; undefined when it is not the modes that keep it from reading.
 */
export function whyUnreadable(path: string): string | undefined {
  for (const folder of foldersOf(path)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (!may(folder, constants.X_OK)) return describe(folder, stats, "search", GROUP_SEARCH);
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || may(path, constants.R_OK)) return undefined;
  return describe(path, stats, "read", GROUP_READ);
}

/** Why a directory cannot be read, in words where they are known. */
export function describeUnreadable(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such directory";
  if (code === "ENOTDIR") return "it is no directory";
  // That its names can be listed is not enough.
  return whyUnreadable(path) ?? whyUnreadable(`${path}/.`) ?? message;
}

/** From the root down. */
function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersOf(folder), folder];
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function describe(path: string, { mode, uid, gid }: Stats, verb: string, bit: number): string {
  const octal = (mode & MODE_BITS).toString(8).padStart(4, "0");
  const owner = named("/etc/passwd", uid);
  const group = named("/etc/group", gid);
  const who = (mode & bit) === 0 ? `only user ${owner}` : `group ${group}`;
  const needs = `reading it needs ${who}, this process is ${self()}`;
  return `may not ${verb} ${path}: mode ${octal}, user ${owner}, group ${group}; ${needs}`;
}

function self(): string {
  const groups = [...new Set([process.getegid?.(), ...(process.getgroups?.() ?? [])])];
  return `user ${process.geteuid?.()} in group ${groups.join(", ")}`;
}

/** A number with its name, where the system knows one. */
function named(file: "/etc/passwd" | "/etc/group", id: number): string {
  try {
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const [name, , number] = line.split(":");
      if (number === String(id)) return `${id} (${name})`;
    }
  } catch {
    // An image need not have such a file.
  }
  return String(id);
}
