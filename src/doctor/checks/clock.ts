import { MICROS_PER_MINUTE, MICROS_PER_SECOND } from "../../model/time-unit.ts";
import { formatTime } from "../../model/time-window.ts";
import { configure } from "../configure.ts";
import type { Check, Evidence } from "../evidence.ts";
import type { LogSummary } from "../facts/log-summary.ts";
import type { Finding } from "../finding.ts";
import type { Machine } from "../machine.ts";

const check = "clock";
/** The kernel says when it was booted in whole seconds. */
const OWN_SECONDS_MAX = 5;
const AHEAD_MINUTES_MAX = 2;
/** Nearly all zones are apart by whole half hours; daemons write within a minute. */
const ZONE_STEP_MINUTES = 30;
const ZONE_MINUTES_MAX = 26 * 60;
const LATE_MINUTES_MAX = 1;

/** Whether the times of lines and the clock of this machine agree. */
export const clockCheck: Check = async (evidence) => {
  const { machine, log } = evidence;
  const apart = apartFromKernel(machine);
  if (apart !== undefined && Math.abs(apart) > OWN_SECONDS_MAX * MICROS_PER_SECOND) {
    return [clockOff(apart)];
  }
  const summary = await log();
  if (summary?.lastTime === undefined) return [];
  const { lastTime } = summary;
  const shift = zoneShift(summary);
  if (shift !== undefined) return [wrongZone(evidence, shift)];
  const ahead = lastTime - machine.now();
  if (ahead > AHEAD_MINUTES_MAX * MICROS_PER_MINUTE) return [fromTheFuture(lastTime, ahead)];
  return [{ level: "ok", check, seen: `the last line is of ${formatTime(lastTime, 0)}` }];
};

/** How far this process' clock is ahead of the kernel's, by which files and lines are stamped. */
function apartFromKernel(machine: Machine): number | undefined {
  const [stat, uptime] = [machine.read("/proc/stat"), machine.read("/proc/uptime")];
  if (stat.state !== "read" || uptime.state !== "read") return undefined;
  const booted = Number(/^btime (\d+)$/m.exec(stat.text)?.[1]) * MICROS_PER_SECOND;
  const running = Number(uptime.text.split(" ", 1)[0]) * MICROS_PER_SECOND;
  const apart = machine.now() - (booted + running);
  return Number.isNaN(apart) ? undefined : apart;
}

/**
 * Minutes that stamps without a zone are ahead of the time at which they were written, where that
 * looks like another zone.
 */
function zoneShift({ namesZone, lastTime, modifiedAt }: LogSummary): number | undefined {
  if (namesZone || lastTime === undefined) return undefined;
  const apart = (lastTime - modifiedAt) / MICROS_PER_MINUTE;
  const shift = Math.round(apart / ZONE_STEP_MINUTES) * ZONE_STEP_MINUTES;
  const isLike = Math.abs(apart - shift) <= LATE_MINUTES_MAX;
  return shift !== 0 && isLike && Math.abs(shift) <= ZONE_MINUTES_MAX ? shift : undefined;
}

function wrongZone(evidence: Evidence, minutes: number): Finding {
  const { timezone } = evidence.settings;
  return {
    level: "problem",
    check,
    name: "timezone-mismatch",
    seen:
      `the last line is stamped ${duration(Math.abs(minutes) * MICROS_PER_MINUTE)} ` +
      `${minutes > 0 ? "after" : "before"} it was written, read in the zone ${timezone}`,
    means: "the log is written in another time zone, so denials are shown at wrong times",
    mend: [
      "timedatectl show --property Timezone --value  # of the node: a zone with daylight time",
      ...configure(evidence, "timezone", zoneName(minutes) ?? "ZONE"),
    ],
  };
}

/** Signs of these zones are the other way round: Etc/GMT-2 is ahead of UTC. */
function zoneName(minutes: number): string | undefined {
  const hours = minutes / 60;
  if (!Number.isInteger(hours) || hours > 14 || hours < -12) return undefined;
  return `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
}

function clockOff(apart: number): Finding {
  const side = apart > 0 ? "ahead of" : "behind";
  return {
    level: "problem",
    check,
    name: "clock-off",
    seen: `the clock of this process is ${duration(Math.abs(apart))} ${side} the kernel's`,
    means: "lines seem too old or of the future: windows such as --since 1h miss them",
    mend: ["sudo timedatectl set-ntp true", "env --unset=LD_PRELOAD denyscope doctor"],
  };
}

function fromTheFuture(lastTime: number, ahead: number): Finding {
  return {
    level: "problem",
    check,
    name: "lines-from-the-future",
    seen: `the last line is of ${formatTime(lastTime, 0)}, ${duration(ahead)} from now`,
    means: "the clock was set back since, or whoever writes the log has another one",
    mend: ["sudo timedatectl set-ntp true", "sudo systemctl restart rsyslog"],
  };
}

/** `2 h 15 min`, `40 s` */
function duration(micros: number): string {
  const seconds = Math.round(micros / MICROS_PER_SECOND);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
