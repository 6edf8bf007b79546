import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { shellWord } from "../../model/shell-word.ts";
import type { Check } from "../evidence.ts";
import { existingFolder } from "../facts/existing-folder.ts";
import { refusedTo, rightsOf } from "../facts/process-rights.ts";
import { isReadOnly } from "../facts/read-only.ts";
import type { Finding } from "../finding.ts";
import type { Machine } from "../machine.ts";

const check = "database";

/** Whether the agent may write the database, and into its folder: the journal lies there. */
export const databaseWritingCheck: Check = async ({ machine, settings: { db }, database }) => {
  const { holder, content } = database();
  // Who may not even look there cannot tell, and that was said.
  if (content.state === "unreadable") return [];
  const paths = [existingFolder(db), db].filter((path) => existsSync(path));
  for (const path of paths) {
    if (isReadOnly(machine, path, holder)) return [readOnly(path)];
    if (isRefused(machine, path, holder)) return [refused(machine, db, path, holder)];
  }
  return [];
};

/** To the agent; where none runs, to this process. */
function isRefused(machine: Machine, path: string, holder: number | undefined): boolean {
  if (holder === undefined) return isRefusedHere(path);
  const rights = rightsOf(machine, holder);
  return rights !== undefined && refusedTo(rights, path, "write") !== undefined;
}

function isRefusedHere(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES";
  }
}

function readOnly(path: string): Finding {
  const mount = `"$(findmnt --noheadings --output TARGET --target ${shellWord(path)})"`;
  return {
    level: "problem",
    check,
    name: "database-read-only",
    seen: `the file system of ${path} is read-only`,
    means: "the agent cannot keep what it counts; after an error of a disk it becomes so, too",
    mend: [
      "sudo dmesg | grep -iE 'error|read-only'  # is the disk sound?",
      `sudo mount --options remount,rw ${mount}`,
      "# in a manifest: no readOnly at the mount of the database",
    ],
  };
}

function refused(machine: Machine, db: string, path: string, holder: number | undefined): Finding {
  const rights = holder === undefined ? undefined : rightsOf(machine, holder);
  const user = rights === undefined ? "$(id -u)" : `${rights.user}`;
  const who = rights === undefined ? "this user" : `the agent (pid ${holder}, user ${user})`;
  return {
    level: "problem",
    check,
    name: "database-refused",
    seen: `${who} may not write to ${path}`,
    means: "an agent that runs as this user does not start, or commits nothing",
    mend: [permission(db, path, user)],
  };
}

function permission(db: string, path: string, user: string): string {
  const folder = dirname(db);
  return path === db || path === folder
    ? `sudo chown ${user} ${shellWord(path)}`
    : `sudo install --directory --owner=${user} --mode=0750 ${shellWord(folder)}`;
}
