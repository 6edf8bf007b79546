import { isLoggedBefore } from "../is-logged-before.ts";
import { comesTo } from "../is-logged-by.ts";
import type { LastRule } from "../last-rules.ts";
import type { Policy } from "../policy.ts";
import type { Situation } from "../situation.ts";
import { tierOf } from "../tier.ts";
import { title } from "../title.ts";

/** Log rules to which earlier policies leave no packet. */
export function neverReached(situation: Situation): string[] {
  const { lastRules, nearSources, selections } = situation;
  return lastRules.flatMap((rule) => {
    const before = nearSources
      .of(rule.like)
      .filter(({ types, hook }) => types.includes(rule.type) && comesTo(hook, rule.like.hook));
    const texts = before
      .filter((policy) => selections.covers(policy, rule.like))
      .map((policy) =>
        policy.tier === rule.like.tier
          ? takenByRule(policy, rule)
          : takenByTier(policy, rule, situation),
      );
    // One reason is enough.
    return texts.filter((text) => text !== undefined).slice(0, 1);
  });
}

function takenByRule(policy: Policy, { log, type }: LastRule): string | undefined {
  const rules = policy.rules[type];
  const index = rules.findIndex(({ action, matchesAll }) => matchesAll && action !== "Log");
  const rule = rules[index];
  if (rule === undefined || policy.order === undefined) return undefined;
  const all = `all ${type.toLowerCase()} by rule ${index + 1}`;
  const never = `the ${type} rule of ${title(log)} never logs`;
  switch (rule.action) {
    case "Allow":
      return (
        `${title(policy)} allows ${all}, so that ${never}: narrow that rule if some should be ` +
        "denied"
      );
    case "Pass":
      return (
        `${title(policy)} passes on ${all}, so that ${never}: make Log policies for the ` +
        "tiers after it"
      );
    case "Deny":
      return isLoggedBefore(rules, index)
        ? undefined
        : `${title(policy)} denies ${all}, so that ${never}: remove that rule, for the end of ` +
            "the tier denies the same, or put one with action Log in front of it";
    case "Log":
      return undefined;
  }
}

/** Where a tier before decides on all packets, none is left for the next. */
function takenByTier(
  policy: Policy,
  { log, like, type }: LastRule,
  { given, sources, selections }: Situation,
): string | undefined {
  const [earlier, later] = [policy, like].map(({ tier }) => tierOf(given.tiers, tier));
  if (earlier === undefined || later === undefined) return undefined;
  const isPassed = sources.some(
    (each) =>
      each.tier === policy.tier &&
      each.rules[type].some(({ action }) => action === "Pass") &&
      !selections.areApart(each, like),
  );
  if (earlier.order >= later.order || earlier.passes || isPassed) return undefined;
  return (
    `Tier "${policy.tier}" comes before tier "${like.tier}", and ${title(policy)} leaves it no ` +
    `${type.toLowerCase()}, so that the ${type} rule of ${title(log)} never logs: only a rule ` +
    "with action Pass lets packets come so far"
  );
}
