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
  const writer = writerOf(machine, holder);
  const paths = [existingFolder(db), db].filter((path) => existsSync(path));
  for (const path of paths) {
    if (isReadOnly(machine, path, holder)) return [readOnly(path)];
    if (writer?.isRefused(path) === true) return [refused(db, path, writer)];
  }
  return [];
};

/** Who is to write the database: the agent; where none runs, this process. */
type Writer = {
  readonly who: string;
  /** For a shell. */
  readonly user: string;
  readonly isRefused: (path: string) => boolean;
};

function writerOf(machine: Machine, holder: number | undefined): Writer | undefined {
  if (holder === undefined) {
    return { who: "this user", user: "$(id -u)", isRefused: isRefusedHere };
  }
  const rights = rightsOf(machine, holder);
  if (rights === undefined) return undefined;
  const user = String(rights.user);
  const who = `the agent (pid ${holder}, user ${user})`;
  return { who, user, isRefused: (path) => refusedTo(rights, path, "write") !== undefined };
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

function refused(db: string, path: string, { who, user }: Writer): Finding {
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
