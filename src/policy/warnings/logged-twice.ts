import type { LastRule } from "../last-rules.ts";
import { listed } from "../listed.ts";
import type { LogPolicy } from "../log-policy.ts";
import type { Situation } from "../situation.ts";
import { title } from "../title.ts";

/** Log policies that may select the same pods: a packet is logged by each of them. */
export function loggedTwice(situation: Situation): string[] {
  const groups: LogPolicy[][] = [];
  const { lastRules, nearLastRules } = situation;
  for (const rule of lastRules) {
    const others = nearLastRules
      .of(rule.like)
      .filter((other) => other.log !== rule.log && mayMeet(rule, other, situation));
    if (others.length === 0) continue;
    const logs = [rule, ...others].map(({ log }) => log);
    const joined = groups.filter((group) => group.some((log) => logs.includes(log)));
    for (const group of joined) groups.splice(groups.indexOf(group), 1);
    groups.push([...new Set([...joined.flat(), ...logs])]);
  }
  return groups.map(
    (logs) =>
      `${listed(logs.map(title))} may select the same pods, and a packet that these are denied ` +
      "is logged by each of them: where that is so, leave the pods of those before out of each, " +
      "by a selector such as (ITS OWN) && !(THAT BEFORE)",
  );
}

function mayMeet(a: LastRule, b: LastRule, { selections }: Situation): boolean {
  const [one, other] = [a.like, b.like];
  return (
    a.type === b.type &&
    one.tier === other.tier &&
    one.hook === other.hook &&
    !selections.areApart(one, other)
  );
}
