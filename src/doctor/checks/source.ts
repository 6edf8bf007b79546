import { lstatSync, type Stats } from "node:fs";
import { basename } from "node:path";
import { isRotatedName } from "../../follow/log-family.ts";
import { logPaths } from "../../follow/log-paths.ts";
import { kernelBufferPath } from "../../follow/messages/kernel-source.ts";
import { journalReach, kernelBufferReach, type Reach } from "../../follow/source-facts.ts";
import { whyUnreadable } from "../../telemetry/why-unreadable.ts";
import { orUseJournal } from "../configure.ts";
import type { Check, Evidence } from "../evidence.ts";
import { mountOfFile } from "../facts/mount-of-file.ts";
import type { Finding } from "../finding.ts";
import { shellWord } from "../../model/shell-word.ts";

const check = "source";

/** Whether there is a source of lines, and lines can be read from it for as long as it lives. */
export const sourceCheck: Check = async (evidence) => {
  const { machine, source, settings } = evidence;
  const { kind, paths, reason, warnings } = await source();
  // Of the logs that are there and were not taken; one that is read anyway tells by itself.
  const denied = warnings.filter((each) => /^\/.* exists but/.test(each) && !isOf(each, paths));
  const passedOver = settings.files.length > 0 ? [] : denied.map(notTaken);
  switch (kind) {
    case "file": {
      const found = [...logPaths(paths).keys()];
      if (found.length === 0) return [missing(evidence, `${paths.join(", ")} names no log`)];
      // Why it is this log and no other, where nobody has named it.
      const choice = settings.files.length > 0 ? "" : ` (${reason})`;
      return [...found.flatMap((path) => fileFindings(evidence, path, choice)), ...passedOver];
    }
    case "journald":
      return [
        reached("the journal", await journalReach(), reason, "systemd-journal"),
        ...passedOver,
      ];
    case "kmsg": {
      const path = machine.path(kernelBufferPath);
      return [reached(path, kernelBufferReach(path), reason, undefined), ...passedOver];
    }
  }
};

function isOf(warning: string, paths: readonly string[]): boolean {
  return paths.some((path) => warning.startsWith(`${path} `));
}

function notTaken(seen: string): Finding {
  return {
    level: "note",
    check,
    name: "source-unreadable",
    seen,
    means: "another source is read instead, which may be the worse one",
    mend: joinGroup("adm"),
  };
}

/** A source that is no file; `group` is the one that may read it. */
function reached(
  name: string,
  { state, because }: Reach,
  reason: string,
  group: string | undefined,
): Finding {
  if (state === "usable") return { level: "ok", check, seen: `lines come from ${name}: ${reason}` };
  return {
    level: "problem",
    check,
    name: "source-unreadable",
    seen: `${name} cannot be read: ${because}`,
    means: "the agent tries again, and counts nothing",
    mend: group === undefined ? ["sudo sysctl -w kernel.dmesg_restrict=0"] : joinGroup(group),
  };
}

function fileFindings(evidence: Evidence, path: string, choice: string): readonly Finding[] {
  const because = whyUnreadable(path);
  if (because !== undefined) return [unreadable(path, because)];
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [missing(evidence, `${path} does not exist${choice}`)];
  if (!stats.isFile()) return [notAFile(path, stats)];
  const mount = mountOfFile(evidence.machine, path);
  if (mount === undefined) {
    return [{ level: "ok", check, seen: `${path} is there and readable, in a mounted folder` }];
  }
  return [mounted(path, mount.origin)];
}

function missing(evidence: Evidence, seen: string): Finding {
  return {
    level: "problem",
    check,
    name: "source-missing",
    seen,
    means: "there is nothing to read until it is made; the agent waits for it",
    mend: [
      "ls -l /var/log/syslog /var/log/messages /var/log/kern.log  # which is there?",
      ...orUseJournal(evidence),
    ],
  };
}

function unreadable(path: string, because: string): Finding {
  const [, number, name] = /needs group (\d+)(?: \(([\w.-]+)\))?/.exec(because) ?? [];
  const group = name ?? number;
  return {
    level: "problem",
    check,
    name: "source-unreadable",
    seen: because,
    means: "an agent that runs as this user waits, and counts nothing",
    mend:
      group === undefined
        ? [`sudo setfacl --modify u:$(id -un):r ${shellWord(path)}  # until it is rotated`]
        : joinGroup(group),
  };
}

function joinGroup(group: string): readonly string[] {
  return [`sudo usermod --append --groups ${group} $(id -un)`];
}

function notAFile(path: string, stats: Stats): Finding {
  const isLink = stats.isSymbolicLink();
  return {
    level: "problem",
    check,
    name: "source-not-a-file",
    seen: `${path} is ${isLink ? "a symbolic link" : "no regular file"}`,
    means: "the agent reads regular files only: somebody may turn a link to another file",
    mend: isLink
      ? [`denyscope agent "$(readlink --canonicalize ${shellWord(path)})"`]
      : ["denyscope agent /var/log/syslog"],
  };
}

function mounted(path: string, origin: string): Finding {
  const file = origin.replace(/\/\/deleted$/, "");
  const isLeft = file !== origin || isRotatedName(basename(file));
  return {
    level: "problem",
    check,
    name: "file-mounted",
    seen: isLeft
      ? `${path} is a mount of one file, which a rotation has left behind: it is ${origin} now`
      : `${path} is a mount of one file, ${origin}`,
    means: "a mounted file stays the old one when the log is rotated: no line comes after that",
    mend: [
      "# mount the folder, not the file; in a manifest:",
      "#   volumes: [{name: varlog, hostPath: {path: /var/log, type: Directory}}]",
      "#   volumeMounts: [{name: varlog, mountPath: /var/log, readOnly: true}]",
      `denyscope agent ${shellWord(`/var/log/${basename(path)}`)}`,
    ],
  };
}
