import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { promisify } from "node:util";
import type { SourceSetting } from "../model/source-setting.ts";
import { KernelBuffer } from "./messages/kernel-buffer.ts";
import { kernelBufferPath } from "./messages/kernel-source.ts";

/** Where syslog daemons put the kernel's lines, in the order in which auto asks for them. */
export const standardLogs = ["/var/log/syslog", "/var/log/messages", "/var/log/kern.log"] as const;

const JOURNALCTL_MS_MAX = 10_000;

/** Whether lines can be read from somewhere, and in words why, or why not. */
export type Reach = {
  readonly state: "usable" | "missing" | "denied" | "unusable";
  readonly because: string;
};

export type SourceFacts = {
  readonly logs: readonly (Reach & { readonly path: string })[];
  /** Asked for only where they are wanted; undefined otherwise. */
  readonly journald: Reach | undefined;
  readonly kmsg: Reach | undefined;
};

/** All that a choice is made by. Later places are looked at only when no earlier one will do. */
export async function gatherSourceFacts(
  setting: SourceSetting,
  paths: readonly string[] = standardLogs,
): Promise<SourceFacts> {
  const wantsLogs = setting === "auto" || setting === "file";
  const logs = wantsLogs ? paths.map((path) => ({ path, ...logReach(path) })) : [];
  const isFound = logs.some(({ state }) => state === "usable");
  const wantsMore = setting === "auto" && !isFound;
  const journald = wantsMore || setting === "journald" ? await journalReach() : undefined;
  const wantsKmsg = (wantsMore && journald?.state !== "usable") || setting === "kmsg";
  return { logs, journald, kmsg: wantsKmsg ? kernelBufferReach() : undefined };
}

export function logReach(path: string): Reach {
  try {
    if (!statSync(path).isFile()) return { state: "unusable", because: "is no regular file" };
    accessSync(path, constants.R_OK);
    return { state: "usable", because: "is there and readable" };
  } catch (error) {
    return unreachable(error as NodeJS.ErrnoException);
  }
}

/** Asks journalctl for one entry of the kernel's. */
export async function journalReach(
  program = "journalctl",
  parameters: readonly string[] = [],
): Promise<Reach> {
  const question = ["--quiet", "--lines=1", "--output=cat", "_TRANSPORT=kernel"];
  try {
    const run = promisify(execFile);
    const { stdout, stderr } = await run(program, [...parameters, ...question], {
      timeout: JOURNALCTL_MS_MAX,
    });
    if (stdout !== "") return { state: "usable", because: "journalctl reads the kernel's entries" };
    const said = stderr.trim() === "" ? "" : ` (${stderr.trim()})`;
    return { state: "unusable", because: `journalctl shows no entry of the kernel's${said}` };
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") return { state: "missing", because: `"${program}" was not found` };
    const reason = stderr?.trim() || message;
    return { state: "unusable", because: `journalctl failed: ${reason.replaceAll("\n", "; ")}` };
  }
}

export function kernelBufferReach(path: string = kernelBufferPath): Reach {
  try {
    using buffer = new KernelBuffer(path);
    buffer.read();
    return { state: "usable", because: "is there and readable" };
  } catch (error) {
    return unreachable(error as NodeJS.ErrnoException);
  }
}

function unreachable({ code, message }: NodeJS.ErrnoException): Reach {
  if (code === "ENOENT" || code === "ENOTDIR") {
    return { state: "missing", because: "does not exist" };
  }
  if (code === "EACCES" || code === "EPERM") {
    return { state: "denied", because: "permission denied" };
  }
  return { state: "unusable", because: message };
}
