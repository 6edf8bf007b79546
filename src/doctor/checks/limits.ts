import { type LossReporter, reportedLossDetails } from "../../model/line-kind.ts";
import { formatTime } from "../../model/time-window.ts";
import { MICROS_PER_DAY } from "../../model/time-unit.ts";
import { countOf } from "../../query/output/wording.ts";
import type { Check, Evidence } from "../evidence.ts";
import type { DroppedLines } from "../facts/log-summary.ts";
import type { LogRule } from "../facts/log-rules.ts";
import type { Finding } from "../finding.ts";

const check = "limits";
/** What was dropped longer ago is only worth a note. */
const RECENT_DAYS_MAX = 1;

/** Whether something on the way drops lines: by messages that say so, and by the rules. */
export const limitsCheck: Check = async (evidence) => {
  const summary = await evidence.log();
  const dropped = [...(summary?.dropped ?? [])].flatMap(([reporter, lines]) =>
    findingOf(evidence, reporter, lines),
  );
  const listed = await evidence.rules();
  const limited = listed.state === "listed" ? listed.rules.filter(({ limit }) => limit) : [];
  const ofRules = limited.length === 0 ? [] : [ruleLimited(limited)];
  const found = [...dropped, ...inLedger(evidence, dropped.length > 0), ...ofRules];
  if (found.length > 0) return found;
  const seen = "no daemon says that it dropped lines, no LOG rule that can be seen has a limit";
  return [{ level: "ok", check, seen }];
};

const restartRsyslog = "sudo systemctl restart rsyslog";
const bufferMend = [
  `sudo sed -i 's/^GRUB_CMDLINE_LINUX="/&log_buf_len=16M /' /etc/default/grub && sudo update-grub`,
  "sudo systemctl reboot",
];
/** `SysSock.RateLimit.Interval="5"`, and `$SystemLogRateLimitInterval 5` of older files. */
const rsyslogMend = [
  "sudo sed -i -E 's/(ratelimit\\.?interval[[:space:]=]+\"?)[0-9]+/\\10/Ig' " +
    "/etc/rsyslog.conf /etc/rsyslog.d/*.conf",
  restartRsyslog,
];

const mends: Readonly<Record<LossReporter, readonly string[]>> = {
  imklog: rsyslogMend,
  imuxsock: rsyslogMend,
  // It alone has a limit where none is set.
  imjournal: [
    "grep -qiE 'imjournalratelimitinterval|(^|[^.a-z])ratelimit\\.interval' " +
      `/etc/rsyslog.conf || sudo sed -i -E 's/load="imjournal"/& Ratelimit.Interval="0"/; ` +
      "s/^\\$ModLoad +imjournal.*/&\\n$imjournalRatelimitInterval 0/I' /etc/rsyslog.conf",
    ...rsyslogMend,
  ],
  rsyslog: rsyslogMend,
  printk: bufferMend,
  journald: bufferMend,
  "journald-forwarding": [
    `echo 'module(load="imklog")' | sudo tee /etc/rsyslog.d/00-imklog.conf`,
    restartRsyslog,
  ],
  "journald-unit": [],
  "kernel-ratelimit": [],
};

function findingOf(
  { machine }: Evidence,
  reporter: LossReporter,
  { messages, lines, lastTime }: DroppedLines,
): readonly Finding[] {
  const what = reportedLossDetails[reporter];
  // Those that cannot have taken a denial away are no limit of ours.
  if (what === undefined) return [];
  const isRecent = machine.now() - lastTime < RECENT_DAYS_MAX * MICROS_PER_DAY;
  const last = formatTime(lastTime, 0);
  const named = countOf(lines, "line");
  return [
    {
      level: isRecent ? "problem" : "note",
      check,
      name: "lines-dropped",
      seen: `${what}: ${named} by ${countOf(messages, "message")}, the last of ${last}`,
      means: "denials may be among them: what is counted is a lower bound",
      mend: mends[reporter],
    },
  ];
}

/** What an agent has met earlier than the lines that were looked at. */
function inLedger({ database, machine }: Evidence, isSeen: boolean): readonly Finding[] {
  const { content } = database();
  if (isSeen || content.state !== "open") return [];
  const reported = content.status.losses.filter(({ reason }) => reason === "reported");
  const last = reported.at(-1);
  if (last === undefined) return [];
  const time = Date.parse(last.to ?? last.seenAt) * 1000;
  const lines = countOf(last.linesMax ?? 0, "line");
  const reporter = (Object.keys(mends) as LossReporter[]).find((each) =>
    last.detail.startsWith(reportedLossDetails[each] ?? "\0"),
  );
  const isRecent = machine.now() - time < RECENT_DAYS_MAX * MICROS_PER_DAY;
  return [
    {
      level: isRecent ? "problem" : "note",
      check,
      name: "lines-dropped",
      seen: `${last.detail}: ${lines} at most, by ${formatTime(time, 0)}`,
      means: "denials may be among them: what is counted is a lower bound",
      mend: reporter === undefined ? ["denyscope status"] : mends[reporter],
    },
  ];
}

function ruleLimited(rules: readonly LogRule[]): Finding {
  const [{ chain, limit }] = rules as [LogRule];
  const count = `${countOf(rules.length, "LOG rule")} ${rules.length === 1 ? "has" : "have"}`;
  const isFelix = rules.some((rule) => rule.chain.startsWith("cali"));
  return {
    level: "note",
    check,
    name: "rule-limited",
    seen: `${count} a limit, that of ${chain} is ${limit}`,
    means: "what it leaves out is logged nowhere, and nobody tells how much it is",
    mend: isFelix
      ? [
          "kubectl patch felixconfiguration default --type merge " +
            `-p '{"spec":{"logActionRateLimit":null}}'`,
        ]
      : ["sudo iptables-save | grep -- --limit  # take the limit out of the rule"],
  };
}
