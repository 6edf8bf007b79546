import { logPaths } from "../../follow/log-paths.ts";
import { countOf } from "../../query/output/wording.ts";
import { orUseJournal } from "../configure.ts";
import type { Check, Evidence } from "../evidence.ts";
import { nodeNeeds, seesAllProcesses } from "../facts/process-view.ts";
import { realPath } from "../facts/real-path.ts";
import { routeOfKernel } from "../facts/route-of-kernel.ts";
import type { SyslogDaemon } from "../facts/syslog-daemons.ts";
import type { Finding } from "../finding.ts";
import type { Machine } from "../machine.ts";
import { shellWord } from "../../model/shell-word.ts";

const check = "syslog daemon";
const restart = "sudo systemctl restart rsyslog";

/** Whether a syslog daemon runs that brings the kernel's messages to the log. */
export const syslogDaemonCheck: Check = async (evidence) => {
  const { machine, source } = evidence;
  const { kind, paths } = await source();
  if (kind !== "file") return [];
  const logs = [...logPaths(paths).keys()].map((path) => machine.onNode(realPath(path)));
  const found = logs.map((log) => findingOf(evidence, log));
  // Of several logs, one is enough.
  return [found.find(({ level }) => level === "ok") ?? found[0] ?? []].flat();
};

function findingOf(evidence: Evidence, log: string): Finding {
  const { machine } = evidence;
  const daemons = evidence.daemons();
  const daemon = writerOf(daemons.running, log);
  if (daemon !== undefined) return configured(machine, daemon, log);
  if (!seesAllProcesses(machine)) {
    const seen = "no syslog daemon among the processes of this container";
    return { level: "unknown", check, seen, needs: `the node's processes: ${nodeNeeds}` };
  }
  return daemons.isInstalled ? stopped(log) : notInstalled(evidence);
}

/** Whoever has the log open, or was told to write to it; else the daemon of the system. */
function writerOf(running: readonly SyslogDaemon[], log: string): SyslogDaemon | undefined {
  return (
    running.find(({ holds }) => holds.includes(log)) ??
    running.find(({ configuration }) => configuration?.text.includes(log)) ??
    running.find(({ isOfSystem }) => isOfSystem)
  );
}

function configured(machine: Machine, daemon: SyslogDaemon, log: string): Finding {
  const { configuration, name, pid, holds } = daemon;
  const who = `${name} (pid ${pid})`;
  if (configuration === undefined) {
    return { level: "ok", check, seen: `${who} runs; its configuration is not looked at` };
  }
  const { modules, path, files } = configuration;
  const brings = ["imklog", "imkmsg", "imjournal"].find((each) => modules.has(each));
  const where = files === 1 ? path : `${path} and ${countOf(files - 1, "more file")}`;
  if (brings === undefined && !isForwarded(machine, modules)) return notRead(who, where);
  const route = routeOfKernel(configuration, log);
  const isOpen = holds.includes(log);
  if (route === "no" || (route === "unnamed" && !isOpen)) return notRouted(who, where, log);
  const by = brings ?? "what journald forwards";
  return { level: "ok", check, seen: `${who} reads the kernel's messages by ${by}` };
}

/** journald hands the kernel's messages on, where it was told to, and imuxsock takes them. */
function isForwarded(machine: Machine, modules: ReadonlySet<string>): boolean {
  const main = "/etc/systemd/journald.conf";
  const more = machine.list(`${main}.d`).map((name) => `${main}.d/${name}`);
  const isTold = [main, ...more].some((file) => {
    const seen = machine.read(file);
    return seen.state === "read" && /^\s*ForwardToSyslog\s*=\s*(yes|true|1|on)/im.test(seen.text);
  });
  return isTold && modules.has("imuxsock");
}

function notRead(who: string, where: string): Finding {
  return {
    level: "problem",
    check,
    name: "kernel-not-read",
    seen: `${who} loads neither imklog nor imjournal (${where})`,
    means: "it never sees what the kernel logs, so no denial comes to the log",
    mend: [`echo 'module(load="imklog")' | sudo tee /etc/rsyslog.d/00-imklog.conf`, restart],
  };
}

function notRouted(who: string, where: string, log: string): Finding {
  return {
    level: "problem",
    check,
    name: "kernel-not-routed",
    seen: `${who} writes no messages of the facility kern to ${log} (${where})`,
    means: "denials go to another file, or nowhere",
    mend: [`echo ${shellWord(`kern.* ${log}`)} | sudo tee /etc/rsyslog.d/10-kern.conf`, restart],
  };
}

function stopped(log: string): Finding {
  return {
    level: "problem",
    check,
    name: "syslog-stopped",
    seen: `a syslog daemon is installed, and none runs that writes to ${log}`,
    means: "nobody brings the kernel's messages to the log",
    mend: ["sudo systemctl enable --now rsyslog"],
  };
}

function notInstalled(evidence: Evidence): Finding {
  const release = evidence.machine.read("/etc/os-release");
  const isRpm = release.state === "read" && /^ID(_LIKE)?=.*(rhel|fedora|suse)/m.test(release.text);
  return {
    level: "problem",
    check,
    name: "syslog-missing",
    seen: "no syslog daemon is installed",
    means: "nobody brings the kernel's messages to a file",
    mend: [
      isRpm ? "sudo dnf install --assumeyes rsyslog" : "sudo apt-get install --yes rsyslog",
      ...orUseJournal(evidence),
    ],
  };
}
