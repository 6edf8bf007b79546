import type { Stats } from "node:fs";
import type { Machine } from "../machine.ts";
import { statsOf } from "./stats-of.ts";

/** A lock of a process on bytes of a file, by which others may not write there. */
export type HeldLock = {
  readonly pid: number;
  readonly start: number;
  readonly end: number;
};

/** Locks for writing on a file, by /proc/locks: of those processes that can be seen from here. */
export function heldLocks(machine: Machine, path: string): readonly HeldLock[] {
  const stats = statsOf(path);
  const seen = machine.read("/proc/locks");
  if (stats === undefined || seen.state !== "read") return [];
  const file = nameOf(stats);
  return seen.text.split("\n").flatMap((line) => {
    // `1: POSIX  ADVISORY  WRITE 1234 fe:01:5678 120 120`, with `->` for those that wait.
    const [, kind, , mode, pid, inode, start, end] = line.trim().split(/\s+/);
    if (kind !== "POSIX" || mode !== "WRITE" || inode !== file) return [];
    const last = end === "EOF" ? Number.MAX_SAFE_INTEGER : Number(end);
    return [{ pid: Number(pid), start: Number(start), end: last }];
  });
}

/** Device and inode as /proc/locks writes them; numbers of a device as makedev(3) packs them. */
function nameOf({ dev, ino }: Stats): string {
  const major = Math.floor(dev / 2 ** 8) & 0xfff;
  const minor = (dev & 0xff) | (Math.floor(dev / 2 ** 12) & 0xfff00);
  const hex = (number: number) => number.toString(16).padStart(2, "0");
  return `${hex(major)}:${hex(minor)}:${ino}`;
}
