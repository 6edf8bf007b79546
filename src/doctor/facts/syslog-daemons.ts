import type { Machine } from "../machine.ts";
import { type RsyslogConfiguration, readRsyslogConfiguration } from "./rsyslog-configuration.ts";

const rsyslogConfigurationPath = "/etc/rsyslog.conf";
const names = ["rsyslogd", "syslog-ng", "syslogd"];
const programs = ["/usr/sbin/rsyslogd", "/usr/sbin/syslog-ng", "/sbin/syslogd"];

export type SyslogDaemon = {
  readonly pid: number;
  readonly name: string;
  /** Files that it has open; empty where that may not be seen. */
  readonly holds: readonly string[];
  /** It was told of no configuration of its own: it is the one of the system. */
  readonly isOfSystem: boolean;
  /** Of rsyslog, where it can be read. */
  readonly configuration: RsyslogConfiguration | undefined;
};

export type SyslogDaemons = {
  readonly running: readonly SyslogDaemon[];
  readonly isInstalled: boolean;
};

export function syslogDaemons(machine: Machine): SyslogDaemons {
  const pids = machine.list("/proc").filter((name) => /^\d+$/.test(name));
  const running = pids.flatMap((pid) => daemonOf(machine, pid));
  const isInstalled = programs.some((path) => machine.isFile(path));
  return { running, isInstalled };
}

function daemonOf(machine: Machine, pid: string): SyslogDaemon[] {
  const seen = machine.read(`/proc/${pid}/comm`);
  const name = seen.state === "read" ? seen.text.trim() : "";
  if (!names.includes(name)) return [];
  const holds = machine.list(`/proc/${pid}/fd`).flatMap((fd) => {
    const file = machine.link(`/proc/${pid}/fd/${fd}`);
    return file === undefined ? [] : [file];
  });
  const named = namedConfiguration(machine, pid);
  const path = named ?? rsyslogConfigurationPath;
  const configuration = name === "rsyslogd" ? readRsyslogConfiguration(machine, path) : undefined;
  return [{ pid: Number(pid), name, holds, isOfSystem: named === undefined, configuration }];
}

/** `rsyslogd -n -f FILE` */
function namedConfiguration(machine: Machine, pid: string): string | undefined {
  const seen = machine.read(`/proc/${pid}/cmdline`);
  const words = seen.state === "read" ? seen.text.split("\0") : [];
  return words.includes("-f") ? words[words.indexOf("-f") + 1] : undefined;
}
