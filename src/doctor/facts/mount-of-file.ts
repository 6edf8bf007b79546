import type { Machine } from "../machine.ts";
import { realPath } from "./real-path.ts";

/** A mount whose mount point is one file. */
export type FileMount = {
  /** Where the file lies in its file system now; `//deleted` behind it where it is gone. */
  readonly origin: string;
};

/** The mount that a file is by itself; undefined for a file in a folder, which is usual. */
export function mountOfFile(machine: Machine, path: string): FileMount | undefined {
  const mounts = machine.read("/proc/self/mountinfo");
  if (mounts.state !== "read") return undefined;
  const point = realPath(path);
  // proc(5): number, parent, device, root, mount point, and more. The last one lies on top.
  const found = mounts.text
    .split("\n")
    .map((line) => line.split(" "))
    .findLast(([, , , , at = ""]) => unescaped(at) === point);
  return found === undefined ? undefined : { origin: unescaped(found[3] ?? "") };
}

/** Spaces and such are written as three octal digits. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
