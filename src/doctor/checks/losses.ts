import type { LossReason } from "../../model/line-kind.ts";
import { lossReasonHelp } from "../../model/line-kind.ts";
import { MICROS_PER_DAY } from "../../model/time-unit.ts";
import { isOpenLoss, type LossStatus } from "../../query/status.ts";
import type { Check } from "../evidence.ts";
import type { Finding } from "../finding.ts";

const check = "losses";
const RECENT_DAYS_MAX = 1;

/** What keeps each from happening again; nothing for those that other checks are about. */
const mends: Readonly<Record<LossReason, readonly string[] | undefined>> = {
  "archive-corrupt": ["sudo sh -c 'gzip --test /var/log/*.gz'  # import a sound copy"],
  "rotated-unread": ["sudo systemctl enable --now denyscope  # it must run between two rotations"],
  truncated: ["grep -rn copytruncate /etc/logrotate.conf /etc/logrotate.d  # use create instead"],
  rewritten: ["sudo lsof /var/log/syslog  # who else writes to the log?"],
  unreadable: ["ls -l /var/log/syslog*  # let the agent read rotated files, too"],
  overrun: ["denyscope agent --source file  # or a larger log_buf_len of the kernel"],
  reported: undefined,
  "source-changed": ["denyscope agent --source file  # name the source, so that it stays"],
  "database-damaged": ["ls -l $(dirname \"$(denyscope config | sed -n 's/^db: //p')\")"],
  "not-forwarded": undefined,
};

/** What the ledger says is missing. */
export const lossesCheck: Check = async ({ machine, database }) => {
  const { content } = database();
  if (content.state !== "open") return [];
  const open = content.status.losses.filter(isOpenLoss);
  const byReason = Object.groupBy(open, ({ reason }) => reason);
  const found = Object.entries(byReason).flatMap(([reason, losses]) =>
    findingOf(reason as LossReason, losses, machine.now()),
  );
  return found.length > 0 ? found : [{ level: "ok", check, seen: "no loss is known" }];
};

function findingOf(
  reason: LossReason,
  losses: readonly LossStatus[],
  now: number,
): readonly Finding[] {
  const mend = mends[reason];
  const last = losses.at(-1);
  if (mend === undefined || last === undefined) return [];
  const isRecent = now - Date.parse(last.seenAt) * 1000 < RECENT_DAYS_MAX * MICROS_PER_DAY;
  return [
    {
      level: isRecent && reason !== "source-changed" ? "problem" : "note",
      check,
      name: "lines-lost",
      seen: `${losses.length} in the ledger, ${reason}, the last of ${last.seenAt}: ${last.detail}`,
      means: `${lossReasonHelp[reason]}: what is counted of that time is a lower bound`,
      mend,
    },
  ];
}
