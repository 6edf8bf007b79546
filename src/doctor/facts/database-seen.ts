import { type Status, queryStatus } from "../../query/status.ts";
import { findDamage, isMarkedDamaged } from "../../store/damage.ts";
import { openForReading } from "../../store/open.ts";
import { whyUnreadable } from "../../telemetry/why-unreadable.ts";
import type { Machine } from "../machine.ts";
import { heldLocks } from "./held-locks.ts";
import { statsOf } from "./stats-of.ts";

export type DatabaseSeen = {
  /** The process that keeps other writers away: an agent or an import. */
  readonly holder: number | undefined;
  /** Processes of other programs that keep it from writing. */
  readonly blockers: readonly number[];
  readonly content: DatabaseContent;
};

/** What can be read of it, or why nothing can. */
export type DatabaseContent =
  | { readonly state: "missing" }
  | { readonly state: "unreadable"; readonly because: string }
  /** Its first transaction is being written. */
  | { readonly state: "beginning" }
  /** That was killed. */
  | { readonly state: "cut off" }
  | { readonly state: "damaged"; readonly because: string }
  | { readonly state: "unusable"; readonly because: string }
  | { readonly state: "open"; readonly status: Status };

/** wal.c of SQLite: the byte of the -shm file that whoever writes has locked. */
const WRITE_LOCK_BYTE = 120;
/** os.h: the pending byte, the reserved one, and those that are shared. */
const EXCLUSIVE_BYTE = 0x4000_0002;

export function databaseSeen(machine: Machine, path: string): DatabaseSeen {
  const [holder] = heldLocks(machine, `${path}-lock`).map(({ pid }) => pid);
  const locks = [
    ...heldLocks(machine, `${path}-shm`).filter(covers(WRITE_LOCK_BYTE)),
    ...heldLocks(machine, path).filter(covers(EXCLUSIVE_BYTE)),
  ];
  const blockers = [...new Set(locks.map(({ pid }) => pid))].filter((pid) => pid !== holder);
  return { holder, blockers, content: contentOf(path, holder !== undefined) };
}

function covers(byte: number) {
  return ({ start, end }: { readonly start: number; readonly end: number }) =>
    start <= byte && byte <= end;
}

function contentOf(path: string, isHeld: boolean): DatabaseContent {
  const because = whyUnreadable(path);
  if (because !== undefined) return { state: "unreadable", because };
  if (statsOf(path) === undefined) return { state: "missing" };
  const journal = statsOf(`${path}-journal`);
  // To open it then would take back what was cut off; who looks only must not.
  if (journal !== undefined && journal.size > 0) return { state: isHeld ? "beginning" : "cut off" };
  try {
    const database = openForReading(path);
    try {
      const damage = isMarkedDamaged(path) ? "an agent has met damage" : findDamage(database);
      if (damage !== undefined) return { state: "damaged", because: damage };
      return { state: "open", status: queryStatus(database) };
    } finally {
      database.close();
    }
  } catch (error) {
    const state = isCorrupt(error) ? "damaged" : "unusable";
    return { state, because: (error as Error).message };
  }
}

function isCorrupt(error: unknown): boolean {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  if (code === "SQLITE_CORRUPT") return true;
  return cause !== undefined && isCorrupt(cause);
}
