import { passesOn } from "../passes-on.ts";
import type { Situation } from "../situation.ts";
import { title } from "../title.ts";

/** Policies that come after a Log policy, and allow what it has logged. */
export function loggedButAllowed({
  sources,
  selections,
  given,
  lastRules,
  nearLastRules,
}: Situation): string[] {
  const unordered = sources.filter(
    (policy) => policy.order === undefined && !passesOn(policy, given),
  );
  return unordered.flatMap((policy) => {
    const passing = nearLastRules
      .of(policy)
      .filter(
        ({ like, type }) =>
          like.tier === policy.tier &&
          policy.types.includes(type) &&
          policy.rules[type].some(({ action }) => action === "Allow" || action === "Pass") &&
          !selections.areApart(policy, like),
      );
    const [first] = passing;
    if (first === undefined) return [];
    const { log } = first;
    const isTwice =
      passing.some(({ type }) => type === "Egress") &&
      lastRules.some(({ type }) => type === "Ingress");
    return [
      `${title(policy)} has no order, so that Calico applies it after ${title(log)}, which logs ` +
        "as denied what it allows" +
        (isTwice ? ", and twice what leaves one pod for another of the same node" : "") +
        `: give it an order below ${log.order}`,
    ];
  });
}
