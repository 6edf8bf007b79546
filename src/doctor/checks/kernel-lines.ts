import { systemUptime } from "../../follow/messages/kernel-clock.ts";
import { prefixJudge, type PrefixSettings } from "../../model/prefix-meaning.ts";
import { MICROS_PER_SECOND } from "../../model/time-unit.ts";
import { countOf } from "../../query/output/wording.ts";
import type { Check } from "../evidence.ts";
import type { KernelRecord } from "../facts/buffered-records.ts";
import type { LogSummary } from "../facts/log-summary.ts";

const check = "kernel lines";
/** So long a message may be on its way to the log. */
const ON_THE_WAY_SECONDS_MAX = 5;
/** So many messages tell whether they come to the log. */
const RECORDS_MAX = 5;

/** Whether what the kernel wrote last has come to the log. */
export const kernelLinesCheck: Check = async ({ settings, source, log, kernel, machine }) => {
  if ((await source()).kind !== "file") return [];
  const [seen, summary] = [await kernel(), await log()];
  if (summary === undefined) return [];
  if (seen.state === "hidden") {
    const what = "whether the kernel's messages come to the log";
    return [{ level: "unknown", check, seen: `cannot see ${what}`, needs: seen.needs }];
  }
  const uptime = systemUptime();
  const isDue = (record: KernelRecord) =>
    uptime - record.uptime > ON_THE_WAY_SECONDS_MAX * MICROS_PER_SECOND &&
    machine.now() - (uptime - record.uptime) > reachesBackTo(summary);
  const due = telling(seen.records.filter(isDue), settings);
  if (due.length === 0) {
    return [{ level: "ok", check, seen: "the kernel has written nothing since the log begins" }];
  }
  if (due.some((record) => holds(summary, record))) {
    return [{ level: "ok", check, seen: `the newest lines of ${seen.from} are in the log` }];
  }
  const age = Math.round((uptime - due[0]!.uptime) / MICROS_PER_SECOND);
  const last = due.length === 1 ? "the last line" : `the last ${countOf(due.length, "line")}`;
  return [
    {
      level: "problem",
      check,
      name: "kernel-lines-missing",
      seen: `the log lacks ${last} of ${seen.from}, ${age} s old`,
      means: "the kernel logs, and nobody brings it to this file",
      mend: ["sudo systemctl restart rsyslog", "denyscope agent --source kmsg  # without rsyslog"],
    },
  ];
};

/**
 * The newest denials; where there are none, the newest messages that are no LOG lines: those of
 * another firewall may have a file of their own.
 */
function telling(
  records: readonly KernelRecord[],
  settings: PrefixSettings,
): readonly KernelRecord[] {
  const judge = prefixJudge(settings);
  const prefixOf = ({ text }: KernelRecord) => /^(.*?)IN=\S* OUT=/.exec(text)?.[1];
  const denials = records.filter((record) => judge(prefixOf(record) ?? "").verdict === "denied");
  const others = records.filter((record) => prefixOf(record) === undefined);
  return (denials.length > 0 ? denials : others).slice(-RECORDS_MAX);
}

/** From when on each line must be in what was read of the log, in microseconds. */
function reachesBackTo({ isWhole, bornAt, firstTime }: LogSummary): number {
  if (!isWhole) return firstTime ?? Number.POSITIVE_INFINITY;
  return bornAt === 0 ? (firstTime ?? Number.POSITIVE_INFINITY) : bornAt;
}

/** A stamp of the kernel's is as good as unique; without stamps the text must do. */
function holds({ bytes, hasUptimes }: LogSummary, { uptime, text }: KernelRecord): boolean {
  if (!hasUptimes) return bytes.includes(text, 0, "latin1");
  const seconds = Math.floor(uptime / MICROS_PER_SECOND);
  const micros = String(uptime % MICROS_PER_SECOND).padStart(6, "0");
  return bytes.includes(`${seconds}.${micros}]`, 0, "latin1");
}
