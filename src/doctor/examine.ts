import { agentCheck } from "./checks/agent.ts";
import { clockCheck } from "./checks/clock.ts";
import { dataPlaneCheck } from "./checks/data-plane.ts";
import { databaseCheck } from "./checks/database.ts";
import { databaseWritingCheck } from "./checks/database-writing.ts";
import { destinationsCheck } from "./checks/destinations.ts";
import { diskCheck } from "./checks/disk.ts";
import { kernelLinesCheck } from "./checks/kernel-lines.ts";
import { kernelLogCheck } from "./checks/kernel-log.ts";
import { limitsCheck } from "./checks/limits.ts";
import { lossesCheck } from "./checks/losses.ts";
import { originCheck } from "./checks/origin.ts";
import { prefixCheck } from "./checks/prefix.ts";
import { causeADenial, rulesCheck } from "./checks/rules.ts";
import { sourceCheck } from "./checks/source.ts";
import { syslogDaemonCheck } from "./checks/syslog-daemon.ts";
import { withoutConsequences } from "./consequences.ts";
import type { Check, Evidence } from "./evidence.ts";
import { seesDenials } from "./facts/sees-denials.ts";
import type { Finding } from "./finding.ts";

/** Along the way of a line: from the packet to the database, and on. */
const checks: readonly Check[] = [
  dataPlaneCheck,
  rulesCheck,
  kernelLogCheck,
  prefixCheck,
  syslogDaemonCheck,
  kernelLinesCheck,
  limitsCheck,
  sourceCheck,
  originCheck,
  clockCheck,
  diskCheck,
  databaseCheck,
  databaseWritingCheck,
  agentCheck,
  destinationsCheck,
  lossesCheck,
];

const levels = ["problem", "note", "unknown", "ok"] as const;

/** What doctor has found. Field names are part of the documented JSON. */
export type Examination = {
  readonly healthy: boolean;
  /** Problems first, then notes, what cannot be seen from here, and what is fine. */
  readonly findings: readonly Finding[];
  /** What to do where all is well and there is still no denial. */
  readonly next?: { readonly text: string; readonly commands: readonly string[] };
};

/** Looks at everything between a packet that is denied and its count. Changes nothing. */
export async function examine(evidence: Evidence): Promise<Examination> {
  const found: Finding[] = [];
  // One after the other: some share what they look at, and none is in a hurry.
  for (const check of checks) found.push(...(await check(evidence)));
  const findings = withoutConsequences(found).toSorted(
    (a, b) => levels.indexOf(a.level) - levels.indexOf(b.level),
  );
  const healthy = !findings.some(({ level }) => level === "problem");
  const hasDenials = await seesDenials(evidence);
  return { healthy, findings, ...(healthy && !hasDenials ? { next } : {}) };
}

const next = {
  text:
    "Nothing keeps denials from being counted, and there is none yet. Cause one: reach for a pod " +
    "that a policy protects, from one that it does not let in",
  commands: causeADenial,
};
