import { listed } from "../listed.ts";
import { ownDenials } from "../own-denials.ts";
import { passesOn } from "../passes-on.ts";
import type { Policy, PolicyType } from "../policy.ts";
import type { Situation } from "../situation.ts";
import { title } from "../title.ts";

const advice = "put a rule with action Log and the same match in front of each such rule";

/** Packets that a rule of a policy denies, where no Log rule of ours sees them. */
export function deniedBefore({ sources, given }: Situation): string[] {
  return sources.flatMap((policy) =>
    policy.types.flatMap((type) =>
      passesOn(policy, given) ? besideEarly(policy, type) : besideLast(policy, type),
    ),
  );
}

function besideLast(policy: Policy, type: PolicyType): string[] {
  const { first, afterOthers } = ownDenials(policy.rules[type]);
  const numbers = [...first, ...afterOthers].filter(
    (number) => !policy.rules[type][number - 1]!.matchesAll,
  );
  if (numbers.length === 0) return [];
  return [
    `${title(policy)} denies packets by ${rulesOf(type, numbers)}, and no Log rule after them ` +
      `sees these: ${advice}`,
  ];
}

function besideEarly(policy: Policy, type: PolicyType): string[] {
  const { afterOthers } = ownDenials(policy.rules[type]);
  if (afterOthers.length === 0) return [];
  return [
    `${title(policy)} denies by ${rulesOf(type, afterOthers)} what rules before have not let ` +
      `through, and a Log policy before it would log that as well: ${advice}`,
  ];
}

function rulesOf(type: PolicyType, numbers: readonly number[]): string {
  const noun = numbers.length === 1 ? "rule" : "rules";
  return `${type.toLowerCase()} ${noun} ${listed(numbers)}`;
}
