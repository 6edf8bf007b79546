import { existsSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";

/**
 * Why a commit failed, as far as it matters for what comes next. `full` and `read-only` pass, and
 * the same batches are tried again. `disk` and `damaged` end the agent: after an error of the disk
 * nobody knows what it holds, and its next start reads that anew. `moved` too, for the files that
 * are open are not those that others see.
 */
export type WriteFault = "full" | "read-only" | "disk" | "damaged" | "moved" | "other";

const fatalFaults: readonly WriteFault[] = ["disk", "damaged", "moved"];

export function isFatal(fault: WriteFault): boolean {
  return fatalFaults.includes(fault);
}

/** Classifies an error of SQLite; `path` is that of the database. */
export function writeFaultOf(error: unknown, path: string): WriteFault {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== "string") return "other";
  if (code === "SQLITE_FULL") return "full";
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return "damaged";
  if (code === "SQLITE_READONLY_DBMOVED") return "moved";
  if (code.startsWith("SQLITE_READONLY")) return "read-only";
  // What was written before it may be gone, although a second fsync() would succeed.
  if (code === "SQLITE_IOERR_FSYNC" || code === "SQLITE_IOERR_DIR_FSYNC") return "disk";
  if (code.startsWith("SQLITE_IOERR")) return obstacleTo(path) ?? "disk";
  return code === "SQLITE_CANTOPEN" ? (obstacleTo(path) ?? "other") : "other";
}

const faultsByErrno: ReadonlyMap<number | undefined, "full" | "read-only"> = new Map([
  [constants.errno.ENOSPC, "full"],
  // Node has no name for it, only the number.
  [constants.errno.EDQUOT, "full"],
  [constants.errno.EROFS, "read-only"],
]);

/** SQLite does not tell a quota or a read-only disk from a broken one: writing to it does. */
function obstacleTo(path: string): "full" | "read-only" | undefined {
  const probe = `${path}-probe`;
  try {
    writeFileSync(probe, "x", { flush: true });
    rmSync(probe);
    return undefined;
  } catch (error) {
    if (existsSync(probe)) rmSync(probe);
    return faultsByErrno.get(-((error as NodeJS.ErrnoException).errno ?? 0));
  }
}

const kept = "what was committed is kept";
const readAgain = `${kept}, what follows is read again by the next start`;

const reasons: Readonly<Record<Exclude<WriteFault, "other">, string>> = {
  full: `the disk is full; ${kept}, free some space and try again`,
  "read-only": `it may not be written to, its file system may have become read-only; ${kept}`,
  disk: `its disk reports an error; ${readAgain}`,
  damaged: "its content is damaged; move it aside and import the logs again",
  moved: `its files were removed or replaced while they were in use; ${readAgain}`,
};

/** One line for people about a commit that failed; undefined where only the error can say. */
export function describeFault(fault: WriteFault, error: unknown, path: string): string | undefined {
  if (fault === "other") return undefined;
  const { code } = error as { code?: string };
  const what = fault === "disk" ? ` (${code})` : "";
  return `Cannot use database "${path}": ${reasons[fault]}${what}`;
}
