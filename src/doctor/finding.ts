/** What doctor looks at. */
export type CheckName =
  | "source"
  | "origin"
  | "syslog daemon"
  | "kernel lines"
  | "kernel log"
  | "rules"
  | "prefix"
  | "limits"
  | "data plane"
  | "clock"
  | "disk"
  | "database"
  | "agent"
  | "destinations"
  | "losses";

/** All that can be amiss; docs/doctor.md has a row for each. Part of the documented JSON. */
export const troubleNames = [
  "source-missing",
  "source-unreadable",
  "source-not-a-file",
  "file-mounted",
  "origin-unproven",
  "syslog-missing",
  "syslog-stopped",
  "kernel-not-read",
  "kernel-not-routed",
  "kernel-lines-missing",
  "kernel-cannot-log",
  "namespace-not-logged",
  "no-log-rule",
  "rules-not-reached",
  "packets-not-logged",
  "prefix-mismatch",
  "lines-dropped",
  "rule-limited",
  "ebpf-data-plane",
  "clock-off",
  "lines-from-the-future",
  "timezone-mismatch",
  "disk-full",
  "disk-short",
  "database-missing",
  "database-unusable",
  "database-damaged",
  "database-locked",
  "database-read-only",
  "database-refused",
  "import-cut-off",
  "agent-missing",
  "agent-stuck",
  "destination-failing",
  "destination-not-started",
  "messages-dropped",
  "lines-lost",
] as const;

export type TroubleName = (typeof troubleNames)[number];

/** A `problem` can be why there are no lines, or not all; a `note` is worth knowing. */
export type Trouble = {
  readonly level: "problem" | "note";
  readonly check: CheckName;
  readonly name: TroubleName;
  readonly seen: string;
  readonly means: string;
  /** Commands for a shell, one each. */
  readonly mend: readonly string[];
};

/** What one look has found. Text may come from logs and file names: it is not safe to print. */
export type Finding =
  | Trouble
  | { readonly level: "ok"; readonly check: CheckName; readonly seen: string }
  | {
      readonly level: "unknown";
      readonly check: CheckName;
      readonly seen: string;
      /** Which permission, or which place to run in, would tell. */
      readonly needs: string;
    };
