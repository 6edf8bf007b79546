import type { Stats } from "node:fs";
import type { Machine } from "../machine.ts";
import { statsOf } from "./stats-of.ts";

/** As whom a process opens files. */
export type ProcessRights = {
  readonly user: number;
  readonly groups: readonly number[];
  /** What modes of files do not keep it from. */
  readonly unbound: "all" | "reading" | "nothing";
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
  const unbound = unboundBy(BigInt(`0x${effective}`));
  return { user, groups: [group, ...others.map(Number)], unbound };
}

function unboundBy(capabilities: bigint): ProcessRights["unbound"] {
  if ((capabilities & CAP_DAC_OVERRIDE) !== 0n) return "all";
  return (capabilities & CAP_DAC_READ_SEARCH) === 0n ? "nothing" : "reading";
}

const readBits = { owner: 0o400, group: 0o040, others: 0o004 };
const writeBits = { owner: 0o200, group: 0o020, others: 0o002 };

/** What is known of a file that a process may not read or write by its modes. */
export function refusedTo(
  { user, groups, unbound }: ProcessRights,
  path: string,
  use: "read" | "write" = "read",
): Stats | undefined {
  const stats = statsOf(path);
  if (stats === undefined || unbound === "all") return undefined;
  if (use === "read" && unbound === "reading") return undefined;
  const { mode, uid, gid } = stats;
  const who = user === uid ? "owner" : groups.includes(gid) ? "group" : "others";
  const bits = use === "read" ? readBits : writeBits;
  return (mode & bits[who]) !== 0 ? undefined : stats;
}
