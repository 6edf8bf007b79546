import { chmodSync, chownSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { SyslogDaemon } from "../lab/syslog-daemon.ts";
import { startDenyscope } from "../program.ts";
import { asNobody, NOBODY } from "./as-nobody.ts";
import type { BrokenNode } from "./broken-node.ts";
import { fileOver } from "./file-over.ts";
import { startRsyslogd } from "./start-rsyslogd.ts";

const ADM = 4;

/** Nobody writes the log, or it cannot be read. */
export const brokenLogs: readonly BrokenNode[] = [
  {
    broken: "no syslog daemon is installed",
    breaks: (node) => ({
      log: node.copy("orphan"),
      through: [...fileOver("/dev/null", "/usr/sbin/rsyslogd"), ...node.inside()],
    }),
    name: "syslog-missing",
    seen: /no syslog daemon is installed/,
    mend: /apt-get install --yes rsyslog[^]*(source: |overlays\/)journald/,
  },
  {
    broken: "rsyslog is stopped",
    breaks: (node) => ({ log: node.copy("orphan") }),
    name: "syslog-stopped",
    seen: /is installed, and none runs that writes to .*orphan/,
    mend: /systemctl enable --now rsyslog/,
  },
  {
    broken: "the log does not exist",
    breaks: (node) => ({ log: node.quietLog }),
    name: "source-missing",
    seen: /quiet does not exist/,
    mend: /ls -l \/var\/log\/syslog[^]*(source: |overlays\/)journald/,
  },
  {
    broken: "the log may not be read",
    breaks: (node) => {
      chownSync(node.log, 0, ADM);
      chmodSync(node.log, 0o640);
      return {
        through: [...node.inside(), ...asNobody],
        repair: () => chmodSync(node.log, 0o644),
      };
    },
    name: "source-unreadable",
    seen: /mode 0640, user 0 \(root\), group 4 \(adm\)/,
    mend: /usermod --append --groups adm/,
  },
  {
    broken: "the agent may not read the log",
    breaks: async (node) => {
      const folder = node.place.path("agent");
      mkdirSync(folder);
      chownSync(folder, NOBODY, NOBODY);
      chownSync(node.log, 0, ADM);
      chmodSync(node.log, 0o640);
      const database = join(folder, "db");
      const agent = startDenyscope(["agent", node.log, "--db", database], { through: asNobody });
      await agent.says("Waiting for a log");
      const repair = async () => {
        await agent.end("SIGKILL");
        chmodSync(node.log, 0o644);
      };
      return { database, repair };
    },
    name: "source-unreadable",
    seen: /the agent \(pid \d+, user 65532 in group 65532\) may not read .*: mode 0640/,
    mend: /supplementalGroups: \[4\]/,
  },
  {
    broken: "the log is a symbolic link",
    breaks: (node) => {
      symlinkSync(node.log, node.place.path("link"));
      return { log: node.place.path("link") };
    },
    name: "source-not-a-file",
    seen: /link is a symbolic link/,
    mend: /readlink --canonicalize/,
  },
  {
    broken: "the log is mounted as a file",
    breaks: (node) => {
      const mounted = node.place.write("mounted", []);
      return { log: mounted, through: [...fileOver(node.log, mounted), ...node.inside()] };
    },
    name: "file-mounted",
    seen: /mounted is a mount of one file, .*syslog$/,
    mend: /hostPath: \{path: \/var\/log, type: Directory\}/,
  },
  {
    broken: "the log is mounted as a file, and was rotated",
    breaks: (node) => {
      const [rotating, mounted] = [node.copy("rotating"), node.place.write("mounted", [])];
      const script = 'mount --bind "$1" "$2" && mv "$1" "$1.1" && shift 2 && exec "$@"';
      const through = ["unshare", "-m", "sh", "-c", script, "sh", rotating, mounted];
      return { log: mounted, through: [...through, ...node.inside()] };
    },
    name: "file-mounted",
    seen: /which a rotation has left behind: it is .*rotating\.1 now/,
    mend: /mount the folder, not the file/,
  },
  {
    broken: "rsyslog does not read the kernel's messages",
    breaks: async (node) => {
      const log = node.place.path("remote");
      const daemon = await SyslogDaemon.start(node.place.path("."), log);
      await daemon.send("Nov 22 13:00:00 n1 cron[1]: x\n");
      await node.isThere(log);
      return { log, repair: () => daemon[Symbol.asyncDispose]() };
    },
    name: "kernel-not-read",
    seen: /^rsyslogd \(pid \d+\) loads neither imklog nor imjournal/,
    mend: /module\(load="imklog"\)/,
  },
  {
    broken: "rsyslog writes the kernel's messages elsewhere",
    breaks: async (node) => {
      const log = node.place.path("others");
      // It takes no message away from anybody.
      const daemon = startRsyslogd(node.place.path("elsewhere"), [
        'module(load="imkmsg")',
        `*.*;kern.none ${log}`,
        `syslog.* ${log}`,
      ]);
      await node.isThere(log);
      return { log, repair: () => daemon.kill("SIGKILL") };
    },
    name: "kernel-not-routed",
    seen: /writes no messages of the facility kern to .*others/,
    mend: /echo 'kern\.\* .*others' \| sudo tee/,
  },
];
