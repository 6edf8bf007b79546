import type { Finding, TroubleName } from "./finding.ts";

const silence: readonly TroubleName[] = [
  "source-missing",
  "source-unreadable",
  "syslog-missing",
  "syslog-stopped",
  "kernel-not-read",
  "kernel-not-routed",
  "file-mounted",
  "lines-dropped",
];

/** What follows from what: who mends the one has mended the other. */
const causes: Readonly<Partial<Record<TroubleName, readonly TroubleName[]>>> = {
  "kernel-lines-missing": silence,
  "packets-not-logged": [...silence, "kernel-lines-missing", "namespace-not-logged"],
  // The daemon writes to the file under the name that it has outside.
  "syslog-missing": ["file-mounted"],
  "syslog-stopped": ["file-mounted"],
  "kernel-not-routed": ["file-mounted"],
  "source-missing": ["syslog-missing", "syslog-stopped"],
  "kernel-cannot-log": ["no-log-rule"],
  "no-log-rule": ["ebpf-data-plane"],
  "rules-not-reached": ["prefix-mismatch"],
  "agent-stuck": ["database-locked", "database-read-only", "database-refused", "disk-full"],
  "database-missing": ["database-read-only", "database-refused"],
  "database-unusable": ["database-locked"],
  "agent-missing": ["database-damaged", "database-read-only"],
  "disk-short": ["disk-full"],
};

/** Findings without those that only follow from another one among them. */
export function withoutConsequences(findings: readonly Finding[]): readonly Finding[] {
  const nameOf = (finding: Finding) => ("name" in finding ? finding.name : undefined);
  const names = new Set(
    findings.filter(({ level }) => level === "problem").map((each) => nameOf(each)),
  );
  return findings.filter((finding) => {
    const name = nameOf(finding);
    const those = name === undefined ? [] : (causes[name] ?? []);
    return !those.some((cause) => names.has(cause));
  });
}
