import { describe, expect, test } from "vitest";
import { syslogDaemonCheck } from "../../../src/doctor/checks/syslog-daemon.ts";
import { NodeFolder } from "../node-folder.ts";

const usual = {
  "usr/sbin/rsyslogd": "",
  "proc/812/comm": "rsyslogd\n",
  "proc/812/cmdline": "/usr/sbin/rsyslogd\0-n\0",
  "proc/813/comm": "bash\n",
};
const imklog = 'module(load="imklog")\n';

/** What is found of a node with these files whose log is /var/log/syslog. */
async function findingOf(files: Readonly<Record<string, string>>, isContainer = false) {
  using node = new NodeFolder(files);
  if (!isContainer) node.link("proc/self/ns/pid", "pid:[4026531836]");
  const evidence = await node.evidence({ source: "file", files: ["/var/log/syslog"] });
  const [finding] = await syslogDaemonCheck(evidence);
  return finding;
}

describe("syslogDaemonCheck()", () => {
  test.for<[string, Readonly<Record<string, string>>, string | undefined]>([
    ["Debian's", { ...usual, "etc/rsyslog.conf": `${imklog}*.* -/var/log/syslog\n` }, undefined],
    [
      "RHEL's",
      {
        ...usual,
        "etc/rsyslog.conf": 'module(load="imjournal")\n*.info;mail.none /var/log/syslog\n',
      },
      undefined,
    ],
    [
      "what journald forwards",
      {
        ...usual,
        "etc/rsyslog.conf": 'module(load="imuxsock")\n*.* -/var/log/syslog\n',
        "etc/systemd/journald.conf.d/forward.conf": "[Journal]\nForwardToSyslog=yes\n",
      },
      undefined,
    ],
    [
      "no module for the kernel",
      { ...usual, "etc/rsyslog.conf": 'module(load="imuxsock")\n*.* -/var/log/syslog\n' },
      "kernel-not-read",
    ],
    [
      "no route for the kernel",
      { ...usual, "etc/rsyslog.conf": `${imklog}*.*;kern.none -/var/log/syslog\n` },
      "kernel-not-routed",
    ],
    [
      "a log that nobody names",
      { ...usual, "etc/rsyslog.conf": `${imklog}kern.* -/var/log/kern.log\n` },
      "kernel-not-routed",
    ],
    ["a daemon that is stopped", { "usr/sbin/rsyslogd": "" }, "syslog-stopped"],
    ["no daemon", {}, "syslog-missing"],
    ["syslog-ng", { "proc/9/comm": "syslog-ng\n" }, undefined],
    [
      "somebody's own rsyslogd",
      {
        ...usual,
        "proc/812/cmdline": "rsyslogd\0-n\0-f\0/tmp/own.conf\0",
        "tmp/own.conf": `${imklog}*.* /tmp/own\n`,
      },
      "syslog-stopped",
    ],
  ])("%s", async ([, files, name]) => {
    const finding = await findingOf(files);
    if (name === undefined) expect(finding).toMatchObject({ level: "ok" });
    else expect(finding).toMatchObject({ level: "problem", name });
  });

  test.for<[string, string]>([
    ["ID=debian\n", "sudo apt-get install --yes rsyslog"],
    ['ID="rhel"\nID_LIKE="fedora"\n', "sudo dnf install --assumeyes rsyslog"],
  ])("installs it as %j does", async ([release, command]) => {
    const finding = await findingOf({ "etc/os-release": release });
    expect(finding).toHaveProperty("mend", expect.arrayContaining([command]));
  });

  test("a container does not see the node's daemon, and says so", async () => {
    expect(await findingOf({}, true)).toMatchObject({ level: "unknown" });
  });
});
