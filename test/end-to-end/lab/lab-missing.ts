import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from "node:fs";
import { configurationName } from "./rsyslog-configuration.ts";

const programs = [
  "ip",
  "iptables",
  "ip6tables",
  "iptables-restore",
  "ip6tables-restore",
  "rsyslogd",
  "flock",
  "unshare",
  "sysctl",
  "python3",
  "dd",
  "xargs",
];

/** Says in one sentence what this machine lacks to run the lab; undefined when nothing is. */
export function labMissing(): string | undefined {
  if (process.getuid?.() !== 0) {
    return "The lab needs root.";
  }
  const absent = programs.find((program) => !succeeds("sh", "-c", `command -v ${program}`));
  if (absent !== undefined) {
    return `The lab needs the program ${absent}.`;
  }
  if (!existsSync("/proc/sys/net/netfilter/nf_log_all_netns")) {
    return "This kernel cannot log packets of network namespaces: nf_log_all_netns is missing.";
  }
  if (!kernelLogOpens()) {
    return "The lab needs to read /proc/kmsg, which this container may not.";
  }
  const rule = "-A INPUT -m conntrack --ctstate RELATED -j LOG";
  if (!succeeds("unshare", "--net", "sh", "-c", `iptables ${rule} && ip6tables ${rule}`)) {
    return "This kernel has no LOG target for iptables or ip6tables in a network namespace.";
  }
  const reader = otherReader();
  return reader === undefined
    ? undefined
    : `${reader} reads /proc/kmsg and would take lines away from the lab: stop it first.`;
}

function succeeds(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

function kernelLogOpens(): boolean {
  try {
    closeSync(openSync("/proc/kmsg", constants.O_RDONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

function otherReader(): string | undefined {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const reads = readdirSync(`/proc/${pid}/fd`).some(
        (fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === "/proc/kmsg",
      );
      // Another lab's reader is no obstacle: startLab() waits for it.
      if (reads && !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(configurationName)) {
        return `${readFileSync(`/proc/${pid}/comm`, "utf8").trim()} (pid ${pid})`;
      }
    } catch {
      // The process or the descriptor ended between two looks.
    }
  }
  return undefined;
}
