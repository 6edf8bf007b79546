import type { Settings } from "../config/settings.ts";
import type { SourceChoice } from "../follow/choose-source.ts";
import type { DatabaseSeen } from "./facts/database-seen.ts";
import type { KernelRecords } from "./facts/kernel-records.ts";
import type { LogRules } from "./facts/log-rules.ts";
import type { LogSummary } from "./facts/log-summary.ts";
import type { SyslogDaemons } from "./facts/syslog-daemons.ts";
import type { Finding } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** What the checks judge by. Each part is gathered once, when the first of them asks for it. */
export interface Evidence {
  readonly machine: Machine;
  readonly settings: Settings;
  /** The source of lines that the settings mean here. */
  readonly source: () => Promise<SourceChoice>;
  /** The last lines of the source; undefined where there are none to read. */
  readonly log: () => Promise<LogSummary | undefined>;
  readonly daemons: () => SyslogDaemons;
  /** The newest messages of the kernel, wherever they can be seen. */
  readonly kernel: () => Promise<KernelRecords>;
  readonly rules: () => Promise<LogRules>;
  readonly database: () => DatabaseSeen;
}

/** One subject: what was found of it, good or bad. */
export type Check = (evidence: Evidence) => Promise<readonly Finding[]>;
