import { logPaths } from "../../follow/log-paths.ts";
import { provesKernel } from "../facts/route-of-kernel.ts";
import { configure, useJournal } from "../configure.ts";
import type { Check } from "../evidence.ts";
import type { Finding } from "../finding.ts";

const check = "origin";
const proven = "/var/log/kernel.log";

/**
 * What makes rsyslog write to a file what the kernel itself wrote, and nothing else. $FileGroup and
 * its like hold for no action() of this form, and the group adm is who the agent reads as.
 */
export function kernelRule(file: string): string {
  const access = 'fileGroup="adm" fileCreateMode="0640"';
  const action = `action(type="omfile" file="${file}" ${access})`;
  return `if $inputname == "imklog" then ${action}`;
}

const withImklog: readonly string[] = [
  `echo '${kernelRule(proven)}' | sudo tee /etc/rsyslog.d/10-kernel.conf`,
  // Names of logs stand before what is done to all of them.
  `sudo sed -i '1i ${proven}' /etc/logrotate.d/rsyslog`,
  "sudo systemctl restart rsyslog",
];

/** Whether the source of lines proves that the kernel wrote them. */
export const originCheck: Check = async (evidence) => {
  const { machine, source, daemons } = evidence;
  const { kind, paths } = await source();
  if (kind === "journald") {
    return ok("the journal proves that the kernel wrote a line: _TRANSPORT=kernel and facility 0");
  }
  if (kind === "kmsg") return ok("/dev/kmsg proves that the kernel wrote a line: facility 0");
  const { running } = daemons();
  // By imjournal all messages come, whoever wrote them.
  const hasImjournal = running.some(
    ({ configuration }) =>
      configuration?.modules.has("imjournal") && !configuration.modules.has("imklog"),
  );
  const isProven = (path: string) =>
    running.some(
      ({ configuration }) =>
        configuration !== undefined && provesKernel(configuration, machine.onNode(path)),
    );
  const logs = [...logPaths(paths).keys()];
  const open = logs.filter((path) => !isProven(path));
  if (open.length === 0) return ok(`only rsyslog's imklog writes to ${logs.join(", ")}`);
  return [
    {
      level: "note",
      check,
      name: "origin-unproven",
      seen: `nothing in ${open.join(", ")}, a syslog file, proves that the kernel wrote a line`,
      means: "any process that may write to /dev/log can imitate a denial",
      mend: hasImjournal
        ? useJournal(evidence)
        : [...withImklog, ...configure(evidence, "files", [proven])],
    },
  ];
};

function ok(seen: string): readonly Finding[] {
  return [{ level: "ok", check, seen }];
}
