import type { Machine } from "../machine.ts";
import { type Mount, mountsOf } from "./mounts.ts";
import { realPath } from "./real-path.ts";

/** The mount that a file is by itself; undefined for a file in a folder, which is usual. */
export function mountOfFile(machine: Machine, path: string): Mount | undefined {
  const file = realPath(path);
  return mountsOf(machine, "self").findLast(({ point }) => point === file);
}
