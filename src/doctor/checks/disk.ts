import { statfsSync } from "node:fs";
import { parseBytes } from "../../model/byte-count.ts";
import { configure } from "../configure.ts";
import type { Check, Evidence } from "../evidence.ts";
import { existingFolder } from "../facts/existing-folder.ts";
import type { Finding } from "../finding.ts";
import { shellWord } from "../../model/shell-word.ts";

const check = "disk";
const MIB = 1024 * 1024;
/** A commit, and the file that is given up first when the disk is full. */
const FREE_BYTES_MIN = 2 * MIB;

/** Whether there is space for the database, and for the log. */
export const diskCheck: Check = async (evidence) => {
  const { settings, source, database } = evidence;
  const { kind, paths } = await source();
  const logs = kind === "file" ? paths.map((path) => ({ what: "log", path })) : [];
  const all = [{ what: "database", path: settings.db }, ...logs];
  const found = all.flatMap(({ what, path }) => full(what, existingFolder(path)));
  if (found.length > 0) return found;
  const folder = existingFolder(settings.db);
  const { content } = database();
  const bytes = content.state === "open" ? content.status.database.bytes : 0;
  const mayGrow = (parseBytes(settings.databaseBytesMax) ?? 0) - bytes;
  const free = freeBytes(folder);
  return free < mayGrow ? [short(evidence, folder, free, mayGrow)] : [ok(folder, free)];
};

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function full(what: string, folder: string): readonly Finding[] {
  const { files, ffree } = statfsSync(folder);
  const isWithoutInodes = files > 0 && ffree === 0;
  const free = freeBytes(folder);
  if (free >= FREE_BYTES_MIN && !isWithoutInodes) return [];
  const lack = isWithoutInodes ? "no file can be made" : `${mib(free)} are free`;
  return [
    {
      level: "problem",
      check,
      name: "disk-full",
      seen: `${lack} on the file system of ${folder}, where the ${what} lies`,
      means:
        what === "log" ? "no line can be written to the log" : "nothing that is read can be kept",
      mend: largest(folder),
    },
  ];
}

function largest(folder: string): readonly string[] {
  return [
    `sudo du --one-file-system --max-depth=3 -h ${shellWord(folder)} | sort -h | tail`,
    "sudo journalctl --vacuum-size=200M && sudo apt-get clean",
  ];
}

function short(evidence: Evidence, folder: string, free: number, mayGrow: number): Finding {
  return {
    level: "note",
    check,
    name: "disk-short",
    seen: `${mib(free)} are free in ${folder}, and the database may grow by ${mib(mayGrow)}`,
    means: "the disk may be full before the oldest counts are removed",
    mend: configure(evidence, "databaseBytesMax", `${Math.max(8, Math.floor(free / MIB / 2))}MiB`),
  };
}

function ok(folder: string, free: number): Finding {
  return { level: "ok", check, seen: `${mib(free)} are free in ${folder}` };
}

function mib(bytes: number): string {
  return `${Math.floor(bytes / MIB)} MiB`;
}
