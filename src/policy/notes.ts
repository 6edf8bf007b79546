import { isLoggedBy } from "./is-logged-by.ts";
import { listed } from "./listed.ts";
import type { Covered } from "./made.ts";
import type { Policy } from "./policy.ts";
import { type Situation, titlesOf } from "./situation.ts";
import { title } from "./title.ts";

/** What was left out, and what to know of what was made; one sentence each. */
export function notes(situation: Situation): string[] {
  const { logs, sources, loggers, covered, given } = situation;
  return [
    ...leftOut([...given.others]),
    ...(loggers.length > 0
      ? [`No Log policy for Log policies: ${listed(loggers.map(title))}`]
      : []),
    ...sources
      .filter((policy) => isWithout(policy, situation))
      .map(
        (policy) =>
          `No Log policy for ${title(policy)}: where it stands only rules with action Deny deny, ` +
          "and it has none that another policy could log",
      ),
    ...[...Map.groupBy(covered, (each) => logsFor(each, situation))].map(coverNote),
    ...(logs.length > 0 ? general(situation) : []),
  ];
}

function leftOut(others: readonly (readonly [string, number])[]): string[] {
  if (others.length === 0) return [];
  return [`Left out ${listed(others.map(([kind, count]) => `${count} ${kind}`))}`];
}

function isWithout(policy: Policy, { logs, covered }: Situation): boolean {
  const isCovered = covered.some((each) => each.policy === policy);
  return !isCovered && !logs.some(({ sources }) => sources.includes(policy));
}

function coverNote([logs, covered]: readonly [string, readonly Covered[]]): string {
  const policies = [...new Set(covered.map(({ policy }) => title(policy)))];
  const verb = policies.length === 1 ? "denies" : "deny";
  return `What ${listed(policies)} ${verb} is logged by ${logs}, which selects these pods, too`;
}

/** `"shop/log-denied-packets" (Ingress)` */
function logsFor({ policy, type }: Covered, situation: Situation): string {
  const { nearLastRules, selections } = situation;
  const wide = nearLastRules
    .of(policy)
    .filter((rule) => rule.type === type && isLoggedBy(rule.like, policy, selections));
  return `${listed(titlesOf(wide, situation))} (${type})`;
}

function general({ given }: Situation): string[] {
  const isolates =
    "A Log policy isolates the pods that it selects, as any does: apply it after, and delete it " +
    "before, the policies that it goes with";
  const lines =
    'Lines begin with "calico-packet: " unless a FelixConfiguration has another logPrefix; with ' +
    "its logActionRateLimit (Calico 3.31, late 3.30) those beyond are lost without a trace";
  return given.felix.length === 0 ? [isolates, lines] : [isolates];
}
