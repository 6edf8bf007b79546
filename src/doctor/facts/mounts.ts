import type { Machine } from "../machine.ts";

/** One line of /proc/PID/mountinfo. */
export type Mount = {
  /** Where it begins in its file system; `//deleted` behind it where that is gone. */
  readonly origin: string;
  readonly point: string;
  /** Of this mount, and of the file system, whoever has it mounted. */
  readonly options: readonly string[];
  readonly fileSystemOptions: readonly string[];
};

/** The mounts of a process, by the paths that it has for them; a later one lies on top. */
export function mountsOf(machine: Machine, pid: number | "self"): readonly Mount[] {
  const seen = machine.read(`/proc/${pid}/mountinfo`);
  if (seen.state !== "read") return [];
  // proc(5): number, parent, device, root, mount point, options, more; after a -, three fields.
  return seen.text.split("\n").flatMap((line) => {
    const [own = "", fileSystem = ""] = line.split(" - ");
    const [, , , origin, point, options = ""] = own.split(" ");
    if (origin === undefined || point === undefined) return [];
    return [
      {
        origin: unescaped(origin),
        point: unescaped(point),
        options: options.split(","),
        fileSystemOptions: (fileSystem.split(" ")[2] ?? "").split(","),
      },
    ];
  });
}

/** Spaces and such are written as three octal digits. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
