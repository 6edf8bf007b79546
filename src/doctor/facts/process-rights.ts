import type { Stats } from "node:fs";
import type { Machine } from "../machine.ts";
import { statsOf } from "./stats-of.ts";

/** As whom a process opens files. */
export type ProcessRights = {
  readonly user: number;
  readonly groups: readonly number[];
  /** Modes of files do not bind it: CAP_DAC_OVERRIDE or CAP_DAC_READ_SEARCH. */
  readonly isUnbound: boolean;
};

const CAP_DAC_OVERRIDE = 1n << 1n;
const CAP_DAC_READ_SEARCH = 1n << 2n;

/** By /proc/PID/status; undefined where it cannot be seen. */
export function rightsOf(machine: Machine, pid: number): ProcessRights | undefined {
  const seen = machine.read(`/proc/${pid}/status`);
  if (seen.state !== "read") return undefined;
  const words = (name: string) =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(seen.text)?.[1]?.split(/\s+/) ?? [];
  // Real, effective, saved, of the file system.
  const [, , , user] = words("Uid").map(Number);
  const [, , , group] = words("Gid").map(Number);
  const [effective = "0"] = words("CapEff");
  if (user === undefined || group === undefined) return undefined;
  const others = words("Groups").filter((word) => word !== "");
  const capabilities = BigInt(`0x${effective}`) & (CAP_DAC_OVERRIDE | CAP_DAC_READ_SEARCH);
  return { user, groups: [group, ...others.map(Number)], isUnbound: capabilities !== 0n };
}

/** The file that keeps a process from reading, and its modes; undefined where none does. */
export function refusedTo(rights: ProcessRights, path: string): Stats | undefined {
  const stats = statsOf(path);
  return stats === undefined || mayRead(rights, stats) ? undefined : stats;
}

function mayRead({ user, groups, isUnbound }: ProcessRights, { mode, uid, gid }: Stats): boolean {
  if (isUnbound) return true;
  if (user === uid) return (mode & 0o400) !== 0;
  return (mode & (groups.includes(gid) ? 0o040 : 0o004)) !== 0;
}
