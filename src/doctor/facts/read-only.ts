import type { Machine } from "../machine.ts";
import { type Mount, mountsOf } from "./mounts.ts";
import { realPath } from "./real-path.ts";

/**
 * Whether nothing can be written where a path lies, for a process that has it open, else for this
 * one. access(2) does not tell it since Linux 6.15, where a disk had an error.
 */
export function isReadOnly(machine: Machine, path: string, pid: number | undefined): boolean {
  const real = realPath(path);
  const own = mountOf(mountsOf(machine, "self"), real);
  const ofProcess = pid === undefined ? [] : mountsOf(machine, pid);
  // Who mounts the node's root somewhere to look at it need not be able to write.
  const isOwn = pid === undefined && machine.onNode(real) === real;
  const mount = mountOf(ofProcess, machine.onNode(real)) ?? (isOwn ? own : undefined);
  const states = own?.fileSystemOptions ?? [];
  return (
    mount?.options.includes("ro") === true ||
    ["ro", "emergency_ro"].some((state) => states.includes(state))
  );
}

/** The one with the longest way to a path. */
function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  return mounts
    .filter(({ point }) => path === point || path.startsWith(point === "/" ? "/" : `${point}/`))
    .toSorted((a, b) => a.point.length - b.point.length)
    .at(-1);
}
