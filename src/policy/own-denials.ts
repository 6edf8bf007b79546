import { isLoggedBefore } from "./is-logged-before.ts";
import type { PolicyRule } from "./policy.ts";

/** Rules of a policy that deny, by their numbers from 1; none that its own rules log. */
export type OwnDenials = {
  readonly first: readonly number[];
  /** Those after a rule that lets packets through: they deny less than they match. */
  readonly afterOthers: readonly number[];
};

export function ownDenials(rules: readonly PolicyRule[]): OwnDenials {
  const isLetting = ({ action }: PolicyRule) => action === "Allow" || action === "Pass";
  const letting = rules.findIndex(isLetting);
  const numbers = rules.flatMap(({ action }, index) =>
    action === "Deny" && !isLoggedBefore(rules, index) ? index + 1 : [],
  );
  const isFirst = (number: number) => letting < 0 || number - 1 < letting;
  return {
    first: numbers.filter(isFirst),
    afterOthers: numbers.filter((number) => !isFirst(number)),
  };
}
